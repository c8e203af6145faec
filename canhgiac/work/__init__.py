"""The job queue's face: enqueue by name inside the transaction, jobs and periodic jobs by decorator.

PostgreSQL is the queue (procrastinate). A service enqueues by name, so that it never imports a job;
the name resolves in the worker, and a test checks that every name used has a job.
"""

from .queue import PROMPT, enqueue, job, periodic, tell

__all__ = ["PROMPT", "enqueue", "job", "periodic", "tell"]
