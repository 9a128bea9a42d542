-- emit.lua, version 2 (Task Progress). Records one event of one task and publishes it, in one step that can't be
-- half done. For Redis 6.2 and up: a single server, Sentinel, or Cluster (all keys share one hash tag).
-- Call it by EVALSHA, after NOSCRIPT by EVAL. After any error or time-out call it again with the same arguments:
-- a repeat changes nothing. Errors that begin with EMIT say that the arguments are wrong and that repeating is no use.
-- Versions 1 and 2 have the same keys and entries and may be used side by side.
--
-- KEYS[1]  tp:{p0}:log           the events of all tasks (stream)
-- KEYS[2]  tp:{p0}:last          hash: id = its newest id, born = its first id
-- KEYS[3]  tp:{p0}:t:<task_id>   the events of this task under the same ids (stream)
-- KEYS[4]  tp:{p0}:s:<task_id>   hash: what is known of this task (below)
-- KEYS[5]  tp:{p0}:in:<task_id>  only with ARGV[12] (hash)
-- KEYS[6]  tp:{p0}:out:<task_id> only with ARGV[12] (sorted set)
--
-- ARGV[1]  owner, percent-encoded (UTF-8, capitals) but for A-Z a-z 0-9 - . _ ~
-- ARGV[2]  task_id, 1-128 characters of A-Z a-z 0-9 - . _ ~
-- ARGV[3]  progress | complete | error; the last two end the attempt
-- ARGV[4]  stage, 1-64 characters
-- ARGV[5]  attempt: 1, then one more for each retry of the task
-- ARGV[6]  source: a name for the sender, unique within the task, 1-200 characters. Use few: one an attempt
-- ARGV[7]  number: the sender's own count from 1. It may leave numbers out, but must grow with each new event
-- ARGV[8]  payload: a JSON object, at most 64 KiB, that begins with {" and has no line breaks or other control characters.
--          It has at least task_id, progress (0-100), stage and updated_at (RFC 3339 with Z); may have event_type (needed
--          if not progress), attempt (needed if not 1), owner (plain text; put in if it is missing), type (1-32 of a-z), stage_progress,
--          message, eta_seconds, result (object), error (text), details (object), and whatever else, but not cursor and
--          seq. It must agree with the arguments above
-- ARGV[9]  optional: how many events of a task are kept (1000)
-- ARGV[10] optional: about how many events are kept in the log (100000)
-- ARGV[11] optional: for how many seconds a task's events are kept after its end (86400); the hash 30 times as long, so that a
--          late retry counts on
-- ARGV[12] optional, with KEYS[5] and [6]: for how many seconds a repeat of this source and number is known (0: for as
--          long as the task is), for senders that need many sources, such as a digest of each message. The newest 200000
--          of a task are known. A number up to the greatest one that is known of its source is a repeat
-- ARGV[13] optional: the id that this very event got before Redis lost it (a failover); it gets it again if nothing newer is
--          in the log yet
--
-- In redis-cli:   SCRIPT LOAD "$(cat emit.lua)"   and then, in one line,
--   EVALSHA <sha1> 4 tp:{p0}:log tp:{p0}:last tp:{p0}:t:job-7 tp:{p0}:s:job-7 alice job-7 progress parsing 1 worker-3 1
--   '{"task_id":"job-7","progress":10,"stage":"parsing","message":"Page 1","updated_at":"2025-01-15T10:30:00Z"}'
-- In Python (redis-py), which sends EVALSHA and after NOSCRIPT the script:
--   emit = redis.Redis().register_script(open("emit.lua").read())
--   id, seq, repeated = emit(
--       keys=["tp:{p0}:log", "tp:{p0}:last", "tp:{p0}:t:job-7", "tp:{p0}:s:job-7"],
--       args=["bob%40example.org", "job-7", "complete", "completed", 1, "worker-3", 2, json.dumps({"event_type": "complete",
--             "task_id": "job-7", "progress": 100, "stage": "completed", "updated_at": "2025-01-15T10:31:00Z",
--             "result": {"pages": 30}})])
--
-- Returns {id, seq, repeated}: the event's id, its number among the task's events, and 1 if nothing was recorded now:
--   * the same source and number had been recorded: its id and seq;
--   * the attempt has ended or a later one has begun (an attempt has exactly one end and nothing after it), or the source is
--     named run/... and has given way to a newer one named so (a worker that was taken for dead): id and seq of the task's
--     newest event.
--
-- Published on task_progress:<owner>:<task_id>: the payload with two more members in front,
--   {"cursor":{"id":"<id>","prev":"<id of the event before it in the log>"},"seq":<seq>, ...
--
-- Entries of the log: e payload, n seq, p the id before it, o owner. Entries of a task's stream: e, n, p (the task's id before
-- it), k "<number> <source>", m 1 if the event begins a stage or ends an attempt.
-- The hash: n newest seq, i newest id, e newest payload, g stage, a attempt, o owner, z the last attempt that ended, x see
-- trim, r the newest source named run/..., f:<source> "<number> <id> <seq>" of its newest event.
-- KEYS[5]: g:<source> its greatest number; "<number> <source>" its "<id> <seq>". KEYS[6]: "<number> <source>" by when it is forgotten.

local log, last, stream, state, sources, forgetting = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local owner, task, kind, stage = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local attempt, source, number, payload = tonumber(ARGV[5]), ARGV[6], tonumber(ARGV[7]), ARGV[8]
local keep_of_task = tonumber(ARGV[9]) or 1000
local keep_in_log = tonumber(ARGV[10]) or 100000
local keep_seconds = tonumber(ARGV[11]) or 86400
local memory_seconds = tonumber(ARGV[12]) or 0
local former_id = ARGV[13] or ''
local MOST_SOURCES = 200000

local function whole(n)
  return string.format('%.0f', n)
end

local function is_whole(n, most)
  return n and n >= 1 and n <= most and n == math.floor(n)
end

-- UTF-16 units, by which the readers count
local function length(text)
  if #text <= 64 then
    return #text
  end
  local _, characters = string.gsub(text, '[^\128-\191]', '')
  local _, pairs_of_units = string.gsub(text, '[\240-\255]', '')
  return characters + pairs_of_units
end

-- What is wrong with the arguments but for the payload, or else the owner in plain text
local function check_arguments()
  if not is_whole(attempt, 2147483647) or not is_whole(number, 9007199254740991) or not source or #source < 1
    or #source > 200 or not payload then
    return 'eight arguments are needed, an attempt and a number from 1, and a source of 1-200 characters'
  end
  if kind ~= 'progress' and kind ~= 'complete' and kind ~= 'error' then
    return 'the kind is progress, complete or error'
  end
  if #task < 1 or #task > 128 or string.find(task, '[^A-Za-z0-9._~-]') then
    return 'a task_id has 1-128 characters of A-Z a-z 0-9 - . _ ~'
  end
  local tag = string.match(log, '^(tp:{p%d+}:)log$')
  if not tag or last ~= tag .. 'last' or stream ~= tag .. 't:' .. task or state ~= tag .. 's:' .. task
    or (memory_seconds > 0) ~= (#KEYS == 6) or (#KEYS ~= 4 and #KEYS ~= 6)
    or (#KEYS == 6 and (sources ~= tag .. 'in:' .. task or forgetting ~= tag .. 'out:' .. task)) then
    return "the keys are not the task's"
  end
  local plain = owner
  if string.find(owner, '[^A-Za-z0-9._~-]') then
    plain = string.gsub(owner, '%%(%x%x)', function(octet)
      return string.char(tonumber(octet, 16))
    end)
    local encoded = string.gsub(plain, '[^A-Za-z0-9._~-]', function(octet)
      return string.format('%%%02X', string.byte(octet))
    end)
    if encoded ~= owner or string.find(plain, '%c') or string.find(plain, '\194[\128-\159]') then
      return 'the owner is not percent-encoded as it must be'
    end
  end
  if not string.find(plain, '%S') or #plain > 1020 or length(plain) > 255 then
    return 'an owner has 1-255 characters'
  end
  return nil, plain
end

local DAYS = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

local function is_time(text)
  if type(text) ~= 'string' then
    return false
  end
  local year, month, day, hour, minute, second, rest =
    string.match(text, '^(%d%d%d%d)%-(%d%d)%-(%d%d)T(%d%d):(%d%d):(%d%d)(.*)$')
  if not year or not (rest == 'Z' or (#rest <= 11 and string.find(rest, '^%.%d+Z$'))) then
    return false
  end
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  local leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
  return month >= 1 and month <= 12 and day >= 1 and day <= DAYS[month] and (month ~= 2 or day <= 28 or leap)
    and tonumber(hour) <= 23 and tonumber(minute) <= 59 and tonumber(second) <= 59
end

-- The set alone would be several times slower; DEL is a good character of JSON
local function has_control_characters(text)
  return string.find(text, '%c') and string.find(text, '[%z\1-\31]')
end

-- What is wrong with the payload: what is recorded must be readable for all, or its seq would be a hole
local function check_payload(plain_owner)
  if #payload > 65536 then
    return 'the payload is over 64 KiB'
  end
  if string.sub(payload, 1, 2) ~= '{"' or has_control_characters(payload) then
    return 'the payload is no JSON object in one line'
  end
  -- NaN, Infinity and 0x10 are no JSON. The setting is the server's, so it is put back; nobody else runs meanwhile
  cjson.decode_invalid_numbers(false)
  local read, event = pcall(cjson.decode, payload)
  cjson.decode_invalid_numbers(true)
  if not read or type(event) ~= 'table' then
    return 'the payload is no JSON object'
  end
  if event.task_id ~= task or (event.event_type or 'progress') ~= kind or event.stage ~= stage
    or (event.attempt or 1) ~= attempt then
    return 'task_id, event_type, stage or attempt of the payload is not that of the arguments'
  end
  if event.owner == nil then
    payload = '{"owner":' .. cjson.encode(plain_owner) .. ',' .. string.sub(payload, 2)
  elseif event.owner ~= plain_owner then
    return 'the owner of the payload is not that of the arguments'
  end
  if #stage > 256 or length(stage) > 64 or not string.find(stage, '%S') then
    return 'a stage has 1-64 characters'
  end
  local progress = event.progress
  if type(progress) ~= 'number' or not (progress >= 0 and progress <= 100) then
    return 'progress is a number from 0 to 100'
  end
  local of_type = event.type
  if of_type ~= nil and (type(of_type) ~= 'string' or #of_type > 32 or not string.find(of_type, '^[a-z]+$')) then
    return 'a type has 1-32 characters of a-z'
  end
  if not is_time(event.updated_at) then
    return 'updated_at is a time like 2025-01-15T10:30:00Z'
  end
  if event.cursor ~= nil or event.seq ~= nil then
    return 'cursor and seq are not for the sender to say'
  end
end

local fault, plain_owner = check_arguments()
fault = fault or check_payload(plain_owner)
if fault then
  return redis.error_reply('EMIT ' .. fault)
end

local known = redis.call('HMGET', state, 'n', 'i', 'g', 'a', 'o', 'z', 'x', 'r', 'f:' .. source)
local seq, before = tonumber(known[1]) or 0, known[2] or '0-0'
local old_stage, old_attempt, old_owner = known[3], tonumber(known[4]) or 1, known[5]
local ended, swept, newest_run, from_source = tonumber(known[6]) or 0, known[7], known[8], known[9]

if old_owner and old_owner ~= owner then
  return redis.error_reply('EMIT the task belongs to another owner')
end

local this = whole(number) .. ' ' .. source
local time = redis.call('TIME')
local millis = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

if #KEYS == 6 then
  redis.call('ZCARD', forgetting) -- ends the script now rather than half-way if the key is another thing
  local greatest, recorded = unpack(redis.call('HMGET', sources, 'g:' .. source, this))
  -- What its time is over for may not be swept yet
  local until_when = greatest and redis.call('ZSCORE', forgetting, greatest .. ' ' .. source)
  if until_when and tonumber(until_when) >= millis and number <= tonumber(greatest) then
    local id, its_seq = string.match(recorded or '', '^(%S+) (%d+)$')
    return {id or before, tonumber(its_seq) or seq, 1}
  end
elseif from_source then
  local newest, id, its_seq = string.match(from_source, '^(%d+) (%S+) (%d+)$')
  if number == tonumber(newest) then
    return {id, tonumber(its_seq), 1}
  end
  if number < tonumber(newest) then
    -- Rare: a repeat of an older one, so it may cost a look through the task's stream
    for _, entry in ipairs(redis.call('XREVRANGE', stream, '+', '-')) do
      if entry[2][8] == this then
        return {entry[1], tonumber(entry[2][4]), 1}
      end
    end
    return {id, tonumber(its_seq), 1}
  end
end
if attempt <= ended or attempt < old_attempt then
  return {before, seq, 1}
end
local is_run = string.sub(source, 1, 4) == 'run/'
if is_run and newest_run and newest_run ~= source and from_source then
  return {before, seq, 1}
end

-- The clock may stand still or go back (failover, adjustment); ids must not
local head = redis.call('HGET', last, 'id') or '0-0'
local head_millis, head_count = string.match(head, '^(%d+)-(%d+)$')
head_millis, head_count = tonumber(head_millis), tonumber(head_count)

-- Watchers may have seen the event under its former id. One of the future would take all later ids there
local function is_still_free(former)
  local its_millis, its_count = string.match(former, '^(%d+)-(%d+)$')
  its_millis, its_count = tonumber(its_millis), tonumber(its_count)
  return its_millis and its_millis <= millis + 60000
    and (its_millis > head_millis or (its_millis == head_millis and its_count > head_count))
end

local id
if is_still_free(former_id) then
  id = former_id
elseif millis > head_millis then
  id = whole(millis) .. '-0'
else
  id = whole(head_millis) .. '-' .. whole(head_count + 1)
end

seq = seq + 1
local n = whole(seq)
local entry = {'e', payload, 'n', n, 'p', before, 'k', this}
if kind ~= 'progress' or stage ~= old_stage or attempt ~= old_attempt then
  entry[9], entry[10] = 'm', '1'
end
-- The task's own key first: if it is no stream, the script ends here, and the log that all others need is whole
redis.call('XADD', stream, id, unpack(entry))
redis.call('XADD', log, 'MAXLEN', '~', keep_in_log, id, 'e', payload, 'n', n, 'p', head, 'o', owner)
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

local function forget(member)
  redis.call('ZREM', forgetting, member)
  redis.call('HDEL', sources, member)
  local its_number, its_source = string.match(member, '^(%d+) (.*)$')
  if redis.call('HGET', sources, 'g:' .. its_source) == its_number then
    redis.call('HDEL', sources, 'g:' .. its_source)
  end
end

-- A few a call, more than come in
local function remember()
  redis.call('HSET', sources, 'g:' .. source, whole(number), this, id .. ' ' .. n)
  redis.call('ZADD', forgetting, millis + memory_seconds * 1000, this)
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', forgetting, '-inf', '(' .. whole(millis), 'LIMIT', 0, 10)) do
    forget(member)
  end
  if redis.call('ZCARD', forgetting) > MOST_SOURCES then
    forget(redis.call('ZRANGE', forgetting, 0, 0)[1])
  end
  redis.call('EXPIRE', sources, math.ceil(memory_seconds) + 1)
  redis.call('EXPIRE', forgetting, math.ceil(memory_seconds) + 1)
end

redis.call('HSET', state, 'n', n, 'i', id, 'e', payload, 'g', stage, 'a', whole(attempt), 'o', owner)
if #KEYS == 6 then
  remember()
else
  redis.call('HSET', state, 'f:' .. source, whole(number) .. ' ' .. id .. ' ' .. n)
end
if is_run and newest_run ~= source then
  redis.call('HSET', state, 'r', source)
end
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
