-- name: save_invoices!
INSERT INTO erp_invoice AS known (sale_key, task_id, number, status, invoiced_on, fulfilment_number, memo, lines, charges,
                                  tax, total, seen_at)
SELECT :sale_key, task_id, number, status, invoiced_on, fulfilment_number, memo, lines, charges, tax, total, :now
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (
    task_id text, number text, status text, invoiced_on date, fulfilment_number integer, memo text, lines jsonb,
    charges jsonb, tax numeric, total numeric)
ON CONFLICT (sale_key, task_id) DO UPDATE
SET number = excluded.number, status = excluded.status, invoiced_on = excluded.invoiced_on,
    fulfilment_number = excluded.fulfilment_number, memo = excluded.memo, lines = excluded.lines,
    charges = excluded.charges, tax = excluded.tax, total = excluded.total, seen_at = excluded.seen_at;

-- name: void_invoices!
UPDATE erp_invoice SET status = 'VOIDED', seen_at = :now
WHERE sale_key = :sale_key AND status <> 'VOIDED' AND task_id <> ALL(:besides) AND seen_at <= :read_at;

-- name: wake_invoices!
-- Something of the sale changed: what waits for it is looked at again.
UPDATE invoice SET next_attempt_at = :now
WHERE state IN ('waiting', 'disagreed') AND EXISTS (
    SELECT FROM carton JOIN fulfilment USING (fulfilment_id)
    JOIN sale USING (sale_key)
    WHERE fulfilment.sale_key = :sale_key
      AND (carton.notice_id = invoice.notice_id OR sale.order_id = invoice.order_id));
