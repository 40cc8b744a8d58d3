-- name: wait_for_turn
SELECT pg_advisory_lock(hashtextextended('stock of ' || :erp, 0));

-- name: end_turn
SELECT pg_advisory_unlock(hashtextextended('stock of ' || :erp, 0));

-- name: related
-- The SKUs of our live sales that draw on the same stock.
SELECT DISTINCT item.sku, item.stock_key, item.stock_factor
FROM sale_line item JOIN sale USING (sale_key)
WHERE sale.erp = :erp AND sale.location = :location AND item.stock_key = ANY(:stock_keys)
  AND sale.state NOT IN ('voided', 'dropped');

-- name: ensure_rows!
INSERT INTO stock (erp, location, sku)
SELECT :erp, :location, sku FROM unnest(CAST(:skus AS text[])) AS wanted (sku) ORDER BY sku
ON CONFLICT DO NOTHING;

-- name: lock_rows
SELECT sku, exhausted_at FROM stock
WHERE erp = :erp AND location = :location AND sku = ANY(:skus) ORDER BY sku FOR UPDATE;

-- name: taken
-- What our sales take of these SKUs' stock: all that is not authorised yet, and what was authorised since a moment.
SELECT item.sku, item.stock_key, item.stock_factor, sale.authorised_at,
       coalesce(sale.in_doubt = 'authorise', false) AS is_under_way,
       CASE WHEN sale.authorised_at IS NULL THEN item.planned ELSE item.quantity - item.back_ordered END AS quantity
FROM sale_line item JOIN sale USING (sale_key)
WHERE sale.erp = :erp AND sale.location = :location AND item.stock_key = ANY(:stock_keys)
  AND sale.state NOT IN ('voided', 'dropped') AND NOT sale.is_adopted
  AND (sale.authorised_at IS NULL OR sale.authorised_at > :since);

-- name: mark_exhausted!
INSERT INTO stock (erp, location, sku, exhausted_at)
SELECT :erp, :location, sku, :now FROM unnest(CAST(:skus AS text[])) AS gone (sku) ORDER BY sku
ON CONFLICT (erp, location, sku) DO UPDATE SET exhausted_at = excluded.exhausted_at;
