-- name: load_watermark$
SELECT until FROM watermark WHERE name = :name;

-- name: save_watermark!
INSERT INTO watermark (name, until) VALUES (:name, :until)
ON CONFLICT (name) DO UPDATE SET until = excluded.until;

-- name: save_changed!
-- Sales of ours, by their id in any case, that changed and may be packed, or of which something was packed before.
INSERT INTO sale_look (sale_key, changed_at, next_attempt_at)
SELECT sale.sale_key, max(told.updated_at), :now
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (sale_id text, updated_at timestamptz, may_be_packed boolean)
JOIN sale ON lower(sale.erp_sale_id) = lower(told.sale_id)
JOIN purchase_order o USING (order_id)
WHERE o.relationship = :relationship
  AND (told.may_be_packed OR EXISTS (SELECT FROM fulfilment WHERE fulfilment.sale_key = sale.sale_key)
       OR EXISTS (SELECT FROM erp_invoice WHERE erp_invoice.sale_key = sale.sale_key))
GROUP BY sale.sale_key
ON CONFLICT (sale_key) DO UPDATE
SET changed_at = excluded.changed_at, attempts = 0, next_attempt_at = excluded.next_attempt_at
WHERE sale_look.changed_at < excluded.changed_at;

-- name: save_adopted!
-- A sale that was keyed by hand may have been shipped before it was ours, and not have changed since.
INSERT INTO sale_look (sale_key, changed_at, next_attempt_at)
SELECT sale.sale_key, coalesce(reading.modified_at, sale.planned_at), :now
FROM sale
JOIN purchase_order o USING (order_id)
LEFT JOIN sale_reading reading ON reading.erp = sale.erp AND reading.erp_sale_id = sale.erp_sale_id
WHERE o.relationship = :relationship AND sale.is_adopted
  AND NOT EXISTS (SELECT FROM sale_look WHERE sale_look.sale_key = sale.sale_key)
ON CONFLICT (sale_key) DO NOTHING;

-- name: hurry_called!
-- A webhook said that a sale changed: it is read again, whatever the list says yet, and whatever its clock says.
WITH called AS (
    UPDATE webhook_call SET seen_at = :now
    FROM sale JOIN purchase_order o USING (order_id)
    WHERE webhook_call.seen_at IS NULL AND webhook_call.sale_key = sale.sale_key AND o.relationship = :relationship
    RETURNING webhook_call.sale_key, webhook_call.received_at
)
INSERT INTO sale_look (sale_key, changed_at, next_attempt_at)
SELECT sale_key, max(received_at), :now FROM called GROUP BY sale_key
ON CONFLICT (sale_key) DO UPDATE SET looked_at = NULL, attempts = 0, next_attempt_at = excluded.next_attempt_at;

-- name: count_due$
SELECT count(*) FROM sale_look look JOIN sale USING (sale_key) JOIN purchase_order o USING (order_id)
WHERE o.relationship = :relationship AND look.next_attempt_at <= :now
  AND (look.looked_at IS NULL OR look.looked_at < look.changed_at);

-- name: due
SELECT look.sale_key, sale.erp_sale_id, sale.erp_number, o.purchase_order_number, look.changed_at, look.attempts,
       look.looked_at IS NULL AND look.read_at IS NOT NULL AS is_hurried
FROM sale_look look JOIN sale USING (sale_key) JOIN purchase_order o USING (order_id)
WHERE o.relationship = :relationship AND look.next_attempt_at <= :now
  AND (look.looked_at IS NULL OR look.looked_at < look.changed_at)
ORDER BY look.changed_at, look.sale_key
LIMIT :limit;

-- name: mark_looked!
-- A moment that a webhook gave is of our clock: where the sale says an earlier one, its list goes on from there.
WITH seen AS (
    SELECT CASE WHEN EXISTS (SELECT FROM webhook_call WHERE sale_key = :sale_key AND received_at = :changed_at)
                THEN least(CAST(:changed_at AS timestamptz), :modified_at) ELSE :changed_at END AS until
)
UPDATE sale_look
SET looked_at = until, changed_at = CASE WHEN changed_at = :changed_at THEN until ELSE changed_at END, attempts = 0,
    last_fault = NULL
FROM seen WHERE sale_key = :sale_key;

-- name: put_off!
UPDATE sale_look SET attempts = attempts + 1, next_attempt_at = :next_attempt_at, last_fault = :last_fault
WHERE sale_key = :sale_key;
