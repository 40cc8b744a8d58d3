-- name: note_call^
-- The sale by its id, by the id of one of its fulfilments, or by its number; one call that waits to be seen is enough.
INSERT INTO webhook_call (erp, event, sale_key, received_at)
SELECT :erp, :event, sale.sale_key, :now
FROM sale
WHERE sale.erp = :erp
  AND (lower(sale.erp_sale_id) = ANY(:ids)
       OR EXISTS (SELECT FROM fulfilment WHERE fulfilment.sale_key = sale.sale_key AND lower(task_id) = ANY(:ids))
       OR sale.erp_number = ANY(:numbers))
ORDER BY lower(sale.erp_sale_id) = ANY(:ids) DESC, sale.sale_key DESC
LIMIT 1
RETURNING webhook_call_id;

-- name: note_stock!
-- One row a product, however often it changes. They come in order, so that two calls do not wait for each other in turn.
INSERT INTO stock_change (erp, sku, heard_at)
SELECT :erp, sku, :now
FROM unnest(CAST(:skus AS text[])) AS sku
ON CONFLICT (erp, sku) DO UPDATE SET heard_at = greatest(stock_change.heard_at, excluded.heard_at);
