package org.taskprogress.redis;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;
import org.taskprogress.progress.StreamCounts;
import org.taskprogress.task.Owner;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Counts streams in Redis: a sorted set of the instances by the time until which each is taken to live, and a hash a user of what the
 * user has at each instance. So an instance renews one member, however many streams it has; what a dead one told is passed over, and
 * swept at the user's next stream. An instance that was given up goes on under a new name, since nobody can tell what became of the old
 * one's numbers.
 */
@Singleton
class RedisStreamCounts implements StreamCounts {

    private static final String INSTANCES = "tp:{p0}:instances";
    private static final Duration LIFE = Duration.ofSeconds(15);

    /** Longer than any stream, for users who don't come back; kept up by {@link #begin} at worst. */
    private static final long KEPT_SECONDS = Duration.ofDays(1).toSeconds();

    /** KEYS: instances, a user's hash. ARGV: this instance, its count, the limit, how long the hash is kept. */
    private static final String CLAIM = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local sum = tonumber(ARGV[2])
            local counts = redis.call('HGETALL', KEYS[2])
            for i = 1, #counts, 2 do
              if counts[i] ~= ARGV[1] then
                local lives_until = redis.call('ZSCORE', KEYS[1], counts[i])
                if lives_until and tonumber(lives_until) > now then
                  sum = sum + tonumber(counts[i + 1])
                else
                  redis.call('HDEL', KEYS[2], counts[i])
                end
              end
            end
            if sum > tonumber(ARGV[3]) then
              return 0
            end
            redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
            redis.call('EXPIRE', KEYS[2], ARGV[4])
            return 1
            """;

    /** KEYS: instances. ARGV: this instance, its life in milliseconds. Returns whether it was alive before. */
    private static final String RENEW = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local lives_until = redis.call('ZSCORE', KEYS[1], ARGV[1])
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
            redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
            return lives_until and tonumber(lives_until) > now and 1 or 0
            """;

    private final UnifiedJedis redis;
    private final Duration life;
    private volatile String instance = newName();

    @Inject
    RedisStreamCounts(OpenRedis redis) {
        this(redis.connections().client(), LIFE);
    }

    /** @param life for so long an instance counts that is not heard of */
    RedisStreamCounts(UnifiedJedis redis, Duration life) {
        this.redis = redis;
        this.life = life;
    }

    @Override
    public boolean claim(String user, int here, int limit) {
        var arguments = List.of(instance, Integer.toString(here), Integer.toString(limit), Long.toString(KEPT_SECONDS));
        return ask(() -> redis.eval(CLAIM, List.of(INSTANCES, key(user)), arguments))
                .equals(1L);
    }

    @Override
    public boolean renew(Map<String, Integer> here) {
        return ask(() -> {
            try (var pipeline = redis.pipelined()) {
                var lived = show(pipeline, instance);
                tell(pipeline, here);
                pipeline.sync();
                return lived.get().equals(1L);
            }
        });
    }

    @Override
    public void begin(Map<String, Integer> here) {
        String before = instance;
        instance = newName();
        ask(() -> {
            try (var pipeline = redis.pipelined()) {
                pipeline.zrem(INSTANCES, before);
                var unused = show(pipeline, instance);
                tell(pipeline, here);
                pipeline.sync();
                return here;
            }
        });
    }

    private Response<Object> show(AbstractPipeline pipeline, String name) {
        return pipeline.eval(RENEW, List.of(INSTANCES), List.of(name, Long.toString(life.toMillis())));
    }

    private void tell(AbstractPipeline pipeline, Map<String, Integer> here) {
        here.forEach((user, count) -> {
            if (count == 0) {
                pipeline.hdel(key(user), instance);
            } else {
                pipeline.hset(key(user), instance, count.toString());
                pipeline.expire(key(user), KEPT_SECONDS);
            }
        });
    }

    private static String key(String user) {
        return "tp:{p0}:u:" + new Owner(user).encoded();
    }

    private static String newName() {
        return UUID.randomUUID().toString();
    }

    private static <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (JedisException e) {
            throw new LogUnavailableException("streams can't be counted in Redis: " + e.getMessage(), e);
        }
    }
}
