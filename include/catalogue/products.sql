-- name: count_shown^
SELECT count(*) AS known, count(*) FILTER (WHERE read_at <> :began) AS missing FROM product WHERE erp = :catalogue;

-- name: forget_missed!
-- What two whole readings in a row did not show is gone; one may have missed it.
DELETE FROM product WHERE erp = :catalogue AND read_at <> :began AND missed >= 1;

-- name: count_missed!
UPDATE product SET missed = missed + 1 WHERE erp = :catalogue AND read_at <> :began;

-- name: refresh_statistics#
ANALYZE product;

-- name: load_watermark^
SELECT until FROM watermark WHERE name = :name;

-- name: save_watermark!
INSERT INTO watermark (name, until) VALUES (:name, :until)
ON CONFLICT (name) DO UPDATE SET until = excluded.until;

-- name: wait_for_lock^
SELECT pg_advisory_lock(hashtextextended(:name, 0));

-- name: try_lock^
SELECT pg_try_advisory_lock(hashtextextended(:name, 0)) AS is_alone;

-- name: unlock^
SELECT pg_advisory_unlock(hashtextextended(:name, 0));
