-- name: save_product*!
INSERT INTO product (erp, sku, product_id, name, gtin, asin, status, is_sellable, carton_quantity, base_sku,
                     base_quantity, prices, read_at)
VALUES (:erp, :sku, :product_id, :name, :gtin, :asin, :status, :is_sellable, :carton_quantity, :base_sku,
        :base_quantity, :prices, :read_at)
ON CONFLICT (erp, sku) DO UPDATE
SET product_id = excluded.product_id, name = excluded.name, gtin = excluded.gtin, asin = excluded.asin,
    status = excluded.status, is_sellable = excluded.is_sellable, carton_quantity = excluded.carton_quantity,
    base_sku = excluded.base_sku, base_quantity = excluded.base_quantity, prices = excluded.prices,
    read_at = excluded.read_at;

-- name: load_watermark^
SELECT until FROM watermark WHERE name = :name;

-- name: save_watermark!
INSERT INTO watermark (name, until) VALUES (:name, :until)
ON CONFLICT (name) DO UPDATE SET until = greatest(watermark.until, excluded.until);
