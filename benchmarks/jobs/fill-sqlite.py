"""Makes JOBS of the one job that jobs_list has added: fill-sqlite.py FILE JOBS. A tenth failed, the others succeeded."""
import sqlite3
import sys

database = sqlite3.connect(sys.argv[1])
database.execute("PRAGMA journal_mode=WAL")
columns = [row[1] for row in database.execute("PRAGMA table_info(job)")]
made = {"seq": "n + 1", "id": "id || '-' || n", "owner": "'user-' || (n % 100)", "created": "created + n / 3", "updated": "created + n",
        "state": "CASE WHEN n / 100 % 10 = 0 THEN 'failed' ELSE 'succeeded' END"}
database.execute(
    f"WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?) INSERT INTO job({', '.join(columns)}) "
    f"SELECT {', '.join(made.get(column, column) for column in columns)} FROM job, number WHERE job.id = 'job'", [int(sys.argv[2]) - 1])
database.execute("INSERT INTO job_input SELECT job.seq, input FROM job, job_input WHERE job_input.seq = 1 AND job.seq > 1")
database.commit()
