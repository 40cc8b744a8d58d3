-- name: make_room#
-- Where the rows of one batch lie before they are products.
CREATE TEMPORARY TABLE told_product (
    sku text, product_id text, name text, barcode text, gtin text, asin text, status text,
    is_sellable boolean, carton_quantity numeric, inner_quantity numeric, base_sku text, base_quantity numeric,
    prices jsonb, tags text[]
) ON COMMIT DROP;

-- name: tell_planner#
ANALYZE told_product;

-- name: save_told!
INSERT INTO product (erp, sku, product_id, name, barcode, gtin, asin, status, is_sellable, carton_quantity,
                     inner_quantity, base_sku, base_quantity, prices, tags, read_at)
SELECT :catalogue, sku, product_id, name, barcode, gtin, asin, status, is_sellable, carton_quantity,
       inner_quantity, base_sku, base_quantity, prices, tags, :read_at
FROM told_product
ON CONFLICT (erp, sku) DO UPDATE
SET product_id = excluded.product_id, name = excluded.name, barcode = excluded.barcode, gtin = excluded.gtin,
    asin = excluded.asin, status = excluded.status, is_sellable = excluded.is_sellable,
    carton_quantity = excluded.carton_quantity, inner_quantity = excluded.inner_quantity,
    base_sku = excluded.base_sku, base_quantity = excluded.base_quantity, prices = excluded.prices,
    tags = excluded.tags, read_at = excluded.read_at, missed = 0;

-- name: forget_renamed!
-- The SKUs that the products of this batch had before this reading.
DELETE FROM product USING told_product AS told
WHERE product.erp = :catalogue AND told.product_id <> '' AND product.product_id = told.product_id
  AND product.read_at <> :read_at;
