"""A worker that loses nothing: it runs emit.lua itself, and repeats what it is not sure of."""

import json
import os
import sys
from datetime import datetime, timezone

import redis

script, owner, task = sys.argv[1:4]
r = redis.from_url(os.environ["REDIS_URL"])
emit = r.register_script(open(script).read())
keys = ["tp:{p0}:log", "tp:{p0}:last", f"tp:{{p0}}:t:{task}", f"tp:{{p0}}:s:{task}"]


def tell(number, kind, progress, stage, **more):
    payload = {
        "event_type": kind,
        "task_id": task,
        "owner": owner,
        "progress": progress,
        "stage": stage,
        "message": "",
        "updated_at": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **more,
    }
    return emit(keys=keys, args=[owner, task, kind, stage, 1, "worker-1", number, json.dumps(payload)])


first = tell(1, "progress", 10, "parsing")
assert tell(1, "progress", 10, "parsing")[0] == first[0], "a repeat changes nothing"
tell(2, "progress", 60, "writing")
tell(3, "complete", 100, "completed", result={"pages": 30})
