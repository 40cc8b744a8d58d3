-- name: products_by_asin
SELECT * FROM product WHERE erp = :erp AND asin = ANY(:values);

-- name: products_by_gtin
SELECT * FROM product WHERE erp = :erp AND gtin = ANY(:values);

-- name: products_by_sku
SELECT * FROM product WHERE erp = :erp AND sku = ANY(:values);

-- name: case_skus
-- The case SKUs that the inventory system links to these each SKUs.
SELECT sku, base_sku, base_quantity FROM product
WHERE erp = :erp AND base_sku = ANY(:values) AND status <> 'DEPRECATED';

-- name: links
SELECT qualifier, value, sku FROM item_link
WHERE relationship = :relationship AND (qualifier || ' ' || value) = ANY(:values);
