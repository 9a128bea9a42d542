"""Floods one channel as fast as it can be done, with garbage, and a message of ten megabytes."""

import os
import sys

import redis

channel, count = sys.argv[1], int(sys.argv[2])
r = redis.from_url(os.environ["REDIS_URL"])
r.publish(channel, b"x" * 10 * 1024 * 1024)
r.publish(channel, b"[" * 60000)
r.publish("task_progress:%zz:x\r\nevent: complete", b"{}")
for start in range(0, count, 5000):
    pipe = r.pipeline(transaction=False)
    for n in range(start, min(start + 5000, count)):
        pipe.publish(channel, b'{"progress": "\\u0000", "n": %d, "stage": "a\\nevent: complete\\ndata: {}\\n\\n"}' % n)
    pipe.execute()
