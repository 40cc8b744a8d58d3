-- name: load_watermark$
SELECT until FROM watermark WHERE name = :name;

-- name: save_watermark!
INSERT INTO watermark (name, until) VALUES (:name, :until)
ON CONFLICT (name) DO UPDATE SET until = excluded.until;

-- name: save_seen!
-- What changed since it was seen last is to be compared again.
INSERT INTO seen_sale AS seen (erp, erp_sale_id, customer_reference, external_id, customer, status, order_status,
                               updated_at)
SELECT :erp, sale_id, customer_reference, external_id, customer, status, order_status, updated_at
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (
    sale_id text, customer_reference text, external_id text, customer text, status text, order_status text,
    updated_at timestamptz)
ON CONFLICT (erp, erp_sale_id) DO UPDATE
SET customer_reference = excluded.customer_reference, external_id = excluded.external_id, customer = excluded.customer,
    status = excluded.status, order_status = excluded.order_status, updated_at = excluded.updated_at,
    is_checked = seen.is_checked AND (seen.updated_at, seen.status, seen.order_status)
                 = (excluded.updated_at, excluded.status, excluded.order_status);

-- name: mark_own!
-- What the list shows of our own calls: our finished sales, as they should be, last changed before we saw them.
UPDATE seen_sale seen SET is_checked = true
FROM sale
WHERE seen.erp = :erp AND NOT seen.is_checked AND sale.erp_sale_id = seen.erp_sale_id AND sale.erp = seen.erp
  AND NOT sale.is_adopted AND sale.state = 'authorised' AND sale.in_doubt IS NULL
  AND seen.updated_at <= sale.read_at + :own_trace AND seen.status <> 'VOIDED' AND seen.order_status = 'AUTHORISED';

-- name: unchecked
-- What was seen of sales that concern orders of this relationship: ours by key, others by reference.
SELECT seen.erp_sale_id, seen.customer_reference, seen.external_id, seen.status, seen.order_status, seen.updated_at,
       coalesce(own.order_id, o.order_id) AS order_id, own.erp_sale_id AS own_erp_sale_id
FROM seen_sale seen
LEFT JOIN LATERAL (
    SELECT sale.order_id, sale.erp_sale_id FROM sale JOIN purchase_order USING (order_id)
    WHERE relationship = :relationship
      AND (sale.external_id = seen.external_id OR sale.erp_sale_id = seen.erp_sale_id)
    LIMIT 1
) own ON true
LEFT JOIN LATERAL (
    SELECT order_id FROM purchase_order
    WHERE relationship = :relationship AND purchase_order_number = trim(seen.customer_reference)
      AND received_at >= :since AND NOT starts_with(seen.external_id, 'vendorlane:')
    ORDER BY series DESC LIMIT 1
) o ON true
WHERE seen.erp = :erp AND NOT seen.is_checked AND coalesce(own.order_id, o.order_id) IS NOT NULL
  AND seen.erp_sale_id <> ALL(:besides)
ORDER BY seen.updated_at, seen.erp_sale_id
LIMIT :limit;

-- name: mark_checked!
UPDATE seen_sale SET is_checked = true WHERE erp = :erp AND erp_sale_id = :erp_sale_id AND updated_at = :updated_at;
