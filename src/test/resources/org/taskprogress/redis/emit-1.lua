-- emit.lua, version 1 (Task Progress). Records one event of one task and publishes it, in one step that can't be
-- half done. For Redis 6.2 and up: a single server, Sentinel, or Cluster (all keys share one hash tag).
-- Call it by EVALSHA, after NOSCRIPT by EVAL. After any error or time-out call it again with the same arguments:
-- a repeat changes nothing.
--
-- KEYS[1]  tp:{p0}:log          the events of all tasks (stream)
-- KEYS[2]  tp:{p0}:last         hash: id = its newest id, born = its first id
-- KEYS[3]  tp:{p0}:t:<task_id>  the events of this task under the same ids (stream)
-- KEYS[4]  tp:{p0}:s:<task_id>  hash: what is known of this task (below)
--
-- ARGV[1]  owner, percent-encoded (UTF-8, capitals) but for A-Z a-z 0-9 - . _ ~
-- ARGV[2]  task_id, 1-128 characters of A-Z a-z 0-9 - . _ ~
-- ARGV[3]  progress | complete | error; the last two end the attempt
-- ARGV[4]  stage
-- ARGV[5]  attempt: 1, then one more for each retry of the task
-- ARGV[6]  source: a name for the sender, unique within the task, 1-200 characters. Use few: one an attempt
-- ARGV[7]  number: the sender's own count from 1. It may leave numbers out, but must grow with each new event
-- ARGV[8]  payload: a JSON object that begins with {" and has at least task_id, owner (plain text), progress (0-100), stage,
--          updated_at (RFC 3339, Z); may have event_type, type, attempt, stage_progress, message, eta_seconds,
--          result (object), error (text). It must agree with the arguments above
-- ARGV[9]  optional: how many events of a task are kept (1000)
-- ARGV[10] optional: about how many events are kept in the log (100000)
-- ARGV[11] optional: for how many seconds a task's events are kept after its end (86400); the hash 30 times as long, so that a
--          late retry counts on
--
-- Returns {id, seq, repeated}: the event's id, its number among the task's events, and 1 if nothing was recorded now:
--   * the same source and number had been recorded: its id and seq;
--   * the attempt has ended or a later one has begun (an attempt has exactly one end and nothing after it): id and
--     seq of the task's newest event.
-- Errors begin with EMIT: the arguments are wrong and repeating is no use.
--
-- Published on task_progress:<owner>:<task_id>: the payload with two more members in front,
--   {"cursor":{"id":"<id>","prev":"<id of the event before it in the log>"},"seq":<seq>, ...
--
-- Entries of the log: e payload, n seq, p the id before it, o owner. Entries of a task's stream: e, n, p (the task's id before
-- it), k "<number> <source>", m 1 if the event begins a stage or ends an attempt.
-- The hash: n newest seq, i newest id, e newest payload, g stage, a attempt, o owner, z the last attempt that ended, x see
-- trim, f:<source> "<number> <id> <seq>" of its newest event.

local log, last, stream, state = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local owner, task, kind, stage = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local attempt, source, number, payload = tonumber(ARGV[5]), ARGV[6], tonumber(ARGV[7]), ARGV[8]
local keep_of_task = tonumber(ARGV[9]) or 1000
local keep_in_log = tonumber(ARGV[10]) or 100000
local keep_seconds = tonumber(ARGV[11]) or 86400

local function whole(n)
  return string.format('%.0f', n)
end

if #KEYS ~= 4 or not (attempt and attempt >= 1 and number and number >= 1) or #source < 1 or #source > 200 then
  return redis.error_reply('EMIT four keys, an attempt and a number from 1, and a source of 1-200 characters are needed')
end
if kind ~= 'progress' and kind ~= 'complete' and kind ~= 'error' then
  return redis.error_reply('EMIT the kind is progress, complete or error')
end
if not payload or string.sub(payload, 1, 2) ~= '{"' or string.sub(payload, -1) ~= '}' then
  return redis.error_reply('EMIT the payload is no JSON object')
end

local known = redis.call('HMGET', state, 'n', 'i', 'g', 'a', 'o', 'z', 'x', 'f:' .. source)
local seq, before = tonumber(known[1]) or 0, known[2] or '0-0'
local old_stage, old_attempt, old_owner = known[3], tonumber(known[4]) or 1, known[5]
local ended, swept, from_source = tonumber(known[6]) or 0, known[7], known[8]

if old_owner and old_owner ~= owner then
  return redis.error_reply('EMIT the task belongs to another owner')
end

if from_source then
  local newest, id, its_seq = string.match(from_source, '^(%d+) (%S+) (%d+)$')
  if number == tonumber(newest) then
    return {id, tonumber(its_seq), 1}
  end
  if number < tonumber(newest) then
    -- Rare: a repeat of an older one, so it may cost a look through the task's stream
    local wanted = whole(number) .. ' ' .. source
    for _, entry in ipairs(redis.call('XREVRANGE', stream, '+', '-')) do
      if entry[2][8] == wanted then
        return {entry[1], tonumber(entry[2][4]), 1}
      end
    end
    return {id, tonumber(its_seq), 1}
  end
end
if attempt <= ended or attempt < old_attempt then
  return {before, seq, 1}
end

-- The clock may stand still or go back (failover, adjustment); ids must not
local head = redis.call('HGET', last, 'id') or '0-0'
local head_millis, head_count = string.match(head, '^(%d+)-(%d+)$')
local time = redis.call('TIME')
local millis = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local id
if millis > tonumber(head_millis) then
  id = whole(millis) .. '-0'
else
  id = head_millis .. '-' .. whole(tonumber(head_count) + 1)
end

seq = seq + 1
local n = whole(seq)
local entry = {'e', payload, 'n', n, 'p', before, 'k', whole(number) .. ' ' .. source}
if kind ~= 'progress' or stage ~= old_stage or attempt ~= old_attempt then
  entry[9], entry[10] = 'm', '1'
end
redis.call('XADD', log, 'MAXLEN', '~', keep_in_log, id, 'e', payload, 'n', n, 'p', head, 'o', owner)
redis.call('XADD', stream, id, unpack(entry))
if head == '0-0' then
  redis.call('HSET', last, 'id', id, 'born', id)
else
  redis.call('HSET', last, 'id', id)
end

-- The task's bound. For each event too many the oldest one goes that neither begins a stage nor ends an attempt; when there
-- is none such but the new one, the oldest of all. x: up to it only those are left, so that they are looked at once.
local function trim()
  while true do
    -- One at a time: nearly always it is the one to go, and each more would be copied into Lua for nothing
    local oldest = redis.call('XRANGE', stream, swept and '(' .. swept or '-', '+', 'COUNT', 1)[1]
    if oldest[1] == id then
      redis.call('XTRIM', stream, 'MAXLEN', keep_of_task)
      return
    end
    if not oldest[2][9] then
      redis.call('XDEL', stream, oldest[1])
      return
    end
    swept = oldest[1]
  end
end
if redis.call('XLEN', stream) > keep_of_task then
  trim()
  if swept then
    redis.call('HSET', state, 'x', swept)
  end
end

redis.call('HSET', state, 'n', n, 'i', id, 'e', payload, 'g', stage, 'a', whole(attempt), 'o', owner,
  'f:' .. source, whole(number) .. ' ' .. id .. ' ' .. n)
if kind ~= 'progress' then
  redis.call('HSET', state, 'z', whole(attempt))
  redis.call('EXPIRE', stream, keep_seconds)
  redis.call('EXPIRE', state, keep_seconds * 30)
elseif ended > 0 and attempt ~= old_attempt then
  redis.call('PERSIST', stream)
  redis.call('PERSIST', state)
end

redis.call('PUBLISH', 'task_progress:' .. owner .. ':' .. task,
  '{"cursor":{"id":"' .. id .. '","prev":"' .. head .. '"},"seq":' .. n .. ',' .. string.sub(payload, 2))
return {id, seq, 0}
