"""A Celery worker as the first design has it; Redis and the broker's directory come from the environment."""

import json
import os
from datetime import datetime, timezone

import redis
from celery import Celery

directory = os.environ["BROKER_DIR"]
celery_app = Celery("tasks", broker="filesystem://")
celery_app.conf.update(
    broker_transport_options={"data_folder_in": directory, "data_folder_out": directory, "control_folder": directory},
    task_ignore_result=True,
    worker_hijack_root_logger=False,
)


def publish_progress(task_id: str, user_id: str, progress: int, stage: str, message: str = ""):
    """Publish task progress event to Redis Pub/Sub."""
    r = redis.from_url(os.environ["REDIS_URL"])
    channel = f"task_progress:{user_id}:{task_id}"
    payload = {
        "event_type": "progress",
        "task_id": task_id,
        "progress": progress,
        "stage": stage,
        "message": message,
        "updated_at": datetime.now(timezone.utc).isoformat(),
    }
    r.publish(channel, json.dumps(payload))


@celery_app.task(bind=True)
def process_recording_task(self, recording_id: int, user_id: str):
    publish_progress(self.request.id, user_id, 0, "started", "Processing started")
    publish_progress(self.request.id, user_id, 20, "downloading", f"Downloading recording {recording_id}")
    for progress in range(50, 80, 10):
        publish_progress(self.request.id, user_id, progress, "transcribing", "Transcribing audio")
    publish_progress(self.request.id, user_id, 80, "uploading", "Uploading to platform")
    publish_progress(self.request.id, user_id, 100, "completed", "Processing complete")
