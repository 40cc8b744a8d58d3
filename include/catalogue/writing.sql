-- name: load_to_write
-- ASINs that persons linked to products that have none, the longest due first; of several, the oldest link.
SELECT DISTINCT ON (product.sku) link.value, product.sku, product.product_id
FROM item_link AS link
JOIN product ON product.erp = :catalogue AND product.sku = link.sku
WHERE link.relationship = :relationship AND link.qualifier = 'BP' AND link.state = 'listed'
  AND link.confirmed_by IS NOT NULL AND product.asin IS NULL AND product.product_id <> ''
  AND (link.write_after IS NULL OR link.write_after <= :now)
  AND NOT EXISTS (SELECT FROM item_link AS other
                  WHERE other.relationship = link.relationship AND other.sku = link.sku AND other.qualifier = 'BP'
                    AND other.confirmed_by IS NOT NULL AND other.state = 'listed'
                    AND other.confirmed_at < link.confirmed_at)
ORDER BY product.sku, link.value
LIMIT :limit;

-- name: save_written!
UPDATE item_link SET written_at = :now, write_after = NULL, write_fault = NULL
WHERE relationship = :relationship AND qualifier = 'BP' AND value = :value;

-- name: save_asin!
UPDATE product SET asin = :value WHERE erp = :catalogue AND sku = :sku;

-- name: save_fault!
UPDATE item_link SET write_after = :write_after, write_fault = :fault
WHERE relationship = :relationship AND qualifier = 'BP' AND value = :value;

-- name: forget_faults!
-- Where it may no longer be tried, or the product has an ASIN by now.
UPDATE item_link SET write_after = NULL, write_fault = NULL
WHERE relationship = :relationship AND write_fault IS NOT NULL
  AND (NOT :is_allowed OR EXISTS (SELECT FROM product WHERE erp = :catalogue AND product.sku = item_link.sku
                                  AND asin IS NOT NULL));
