-- name: save_products!
INSERT INTO product (erp, sku, product_id, name, gtin, asin, status, is_sellable, carton_quantity, base_sku,
                     base_quantity, prices, read_at)
SELECT :catalogue, sku, product_id, name, gtin, asin, status, is_sellable, carton_quantity, base_sku, base_quantity,
       prices, :read_at
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (
    sku text, product_id text, name text, gtin text, asin text, status text, is_sellable boolean,
    carton_quantity numeric, base_sku text, base_quantity numeric, prices jsonb)
ON CONFLICT (erp, sku) DO UPDATE
SET product_id = excluded.product_id, name = excluded.name, gtin = excluded.gtin, asin = excluded.asin,
    status = excluded.status, is_sellable = excluded.is_sellable, carton_quantity = excluded.carton_quantity,
    base_sku = excluded.base_sku, base_quantity = excluded.base_quantity, prices = excluded.prices,
    read_at = excluded.read_at;

-- name: forget_renamed!
-- The SKUs that these products had before this reading.
DELETE FROM product WHERE erp = :catalogue AND product_id = ANY(:product_ids) AND read_at <> :read_at;

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
