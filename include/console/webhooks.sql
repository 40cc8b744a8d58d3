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
