-- Makes :jobs of the one job that jobs_list has added. A tenth failed, the others succeeded.
CREATE TEMPORARY TABLE one AS SELECT * FROM imagegen_jobs WHERE id = 'job';
INSERT INTO imagegen_jobs SELECT (made).* FROM (
  SELECT jsonb_populate_record(one, jsonb_build_object(
    'id', one.id || '-' || n, 'owner', 'user-' || n % 100, 'created', one.created + n / 3, 'updated', one.created + n,
    'state', CASE WHEN n / 100 % 10 = 0 THEN 'failed' ELSE 'succeeded' END)) AS made
  FROM one, generate_series(1, :jobs - 1) AS n) AS all_made;
VACUUM ANALYZE imagegen_jobs;
