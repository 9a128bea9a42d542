"""Hands a recording to the worker; the task's id is given, as Celery allows."""

import sys

from tasks import process_recording_task

process_recording_task.apply_async(args=[7, sys.argv[1]], task_id=sys.argv[2])
