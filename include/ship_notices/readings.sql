-- name: save_reading!
INSERT INTO sale_reading (erp, erp_sale_id, modified_at, read_at, told)
VALUES (:erp, :erp_sale_id, :modified_at, :read_at, :told)
ON CONFLICT (erp, erp_sale_id) DO UPDATE
SET modified_at = excluded.modified_at, read_at = excluded.read_at, told = excluded.told
WHERE sale_reading.read_at <= excluded.read_at;

-- name: load_reading^
SELECT read_at, told FROM sale_reading
WHERE erp = :erp AND erp_sale_id = :erp_sale_id AND modified_at >= :changed_at;
