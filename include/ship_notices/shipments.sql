-- name: lock_shipments
-- One process at a time moves the cartons of a relationship.
SELECT pg_advisory_xact_lock(hashtextextended('shipments ' || :relationship, 0));

-- name: is_overtaken$
-- Whether a later reading was taken over; else this one is the latest.
WITH latest AS (
    UPDATE sale_look SET read_at = :read_at
    WHERE sale_key = :sale_key AND (read_at IS NULL OR read_at <= :read_at) RETURNING sale_key
)
SELECT NOT EXISTS (SELECT FROM latest) AND EXISTS (SELECT FROM sale_look WHERE sale_key = :sale_key);

-- name: load_sale^
SELECT sale.sale_key, sale.order_id, sale.location, sale.erp_number, o.purchase_order_number, o.ship_to
FROM sale JOIN purchase_order o USING (order_id) WHERE sale_key = :sale_key;

-- name: save_fulfilment$
INSERT INTO fulfilment (sale_key, task_id, number, seen_at) VALUES (:sale_key, :task_id, :number, :now)
ON CONFLICT (sale_key, task_id) DO UPDATE SET number = excluded.number, is_voided = false, seen_at = excluded.seen_at
RETURNING fulfilment_id;

-- name: load_cartons
-- What is known of a sale's cartons.
SELECT carton.carton_id, carton.fulfilment_id, fulfilment.task_id, carton.box, carton.notice_id, notice.state,
       notice.shipment_number, carton.sscc, carton.tracking_number, carton.shipped_on,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(line.sku, line.quantity::text, line.lot, line.expires_on)
                                  ORDER BY line.position), '[]')
        FROM packed_line line WHERE line.carton_id = carton.carton_id) AS lines
FROM carton JOIN fulfilment USING (fulfilment_id) JOIN ship_notice notice USING (notice_id)
WHERE fulfilment.sale_key = :sale_key ORDER BY carton.carton_id;

-- name: void_fulfilments!
UPDATE fulfilment SET is_voided = true, seen_at = :now
WHERE sale_key = :sale_key AND NOT is_voided AND task_id <> ALL(:besides);

-- name: insert_notice$
INSERT INTO ship_notice (relationship, shipment_number, state, centre, ship_to, send_after, staged_at, next_attempt_at)
VALUES (:relationship, :prefix || lpad(nextval('shipment_number')::text, 8, '0'), 'staged', :centre, :ship_to, :now,
        :now, :now)
RETURNING notice_id;

-- name: insert_carton$
INSERT INTO carton (fulfilment_id, box, notice_id) VALUES (:fulfilment_id, :box, :notice_id) RETURNING carton_id;

-- name: delete_lines!
DELETE FROM packed_line WHERE carton_id = :carton_id;

-- name: insert_lines!
INSERT INTO packed_line (carton_id, position, sku, quantity, lot, expires_on)
SELECT :carton_id, position, sku, quantity, lot, expires_on
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
     AS told (position integer, sku text, quantity numeric, lot text, expires_on date);

-- name: delete_carton!
-- Its box may be packed again: an SSCC that the box brought is free, one that was printed for it is used.
WITH gone AS (DELETE FROM carton WHERE carton_id = :carton_id RETURNING sscc)
DELETE FROM sscc USING gone
WHERE sscc.sscc = gone.sscc AND sscc.origin = 'box'
  AND NOT EXISTS (SELECT FROM carton WHERE carton.sscc = gone.sscc AND carton.carton_id <> :carton_id);

-- name: wake_notices!
-- They are staged again.
UPDATE ship_notice SET next_attempt_at = :now WHERE notice_id = ANY(:notice_ids) AND state IN ('staged', 'shipped', 'held');

-- name: save_shipping!
UPDATE carton SET shipped_on = :shipped_on, tracking_number = coalesce(:tracking_number, tracking_number)
WHERE carton_id = :carton_id;

-- name: find_open^
-- A shipment that has not left us yet and is on the same truck: by its bill of lading, or by a carton that both hold.
SELECT notice_id FROM ship_notice
WHERE relationship = :relationship AND state IN ('shipped', 'held') AND centre = :centre
  AND lower(coalesce(carrier, '')) = lower(:carrier) AND coalesce(bill_of_lading, '') = :bill_of_lading
  AND shipped_on = :shipped_on
  AND (:bill_of_lading <> '' OR EXISTS (
      SELECT FROM carton WHERE carton.notice_id = ship_notice.notice_id AND carton.box = ANY(:marked_boxes)))
ORDER BY notice_id LIMIT 1;

-- name: others_in$
-- How many cartons of a notice are none of these.
SELECT count(*) FROM carton WHERE notice_id = :notice_id AND carton_id <> ALL(:carton_ids);

-- name: move_cartons!
UPDATE carton SET notice_id = :notice_id, pallet_id = NULL
WHERE carton_id = ANY(:carton_ids) AND notice_id <> :notice_id;

-- name: inherit_entries!
-- What a person entered on a notice that is merged into another fills what is empty there.
UPDATE ship_notice target
SET scac = coalesce(target.scac, source.scac), shipment_type = coalesce(target.shipment_type, source.shipment_type),
    pro_number = coalesce(target.pro_number, source.pro_number),
    amazon_reference_number = coalesce(target.amazon_reference_number, source.amazon_reference_number),
    seal_number = coalesce(target.seal_number, source.seal_number), weight = coalesce(target.weight, source.weight),
    appointment_at = coalesce(target.appointment_at, source.appointment_at),
    entered = ARRAY(SELECT DISTINCT unnest(target.entered || source.entered))
FROM ship_notice source
WHERE target.notice_id = :notice_id AND source.notice_id = ANY(:from_ids) AND source.entered <> '{}';

-- name: withdraw_empty
UPDATE ship_notice SET state = 'withdrawn'
WHERE notice_id = ANY(:notice_ids) AND state IN ('staged', 'shipped', 'held')
  AND NOT EXISTS (SELECT FROM carton WHERE carton.notice_id = ship_notice.notice_id)
RETURNING notice_id, shipment_number;

-- name: mark_shipped!
-- What a person entered stays. The truck is waited for once, from the first of its shipments.
UPDATE ship_notice
SET state = CASE WHEN state = 'staged' THEN 'shipped' ELSE state END,
    carrier = :carrier, shipped_on = :shipped_on,
    departed_at = least(departed_at, :departed_at),
    send_after = CASE WHEN state = 'staged' THEN CAST(:send_after AS timestamptz) ELSE send_after END,
    due_at = least(due_at, :due_at, appointment_at - CAST(:before_appointment AS interval)),
    bill_of_lading = coalesce(bill_of_lading, :bill_of_lading),
    pro_number = coalesce(pro_number, :pro_number),
    amazon_reference_number = coalesce(amazon_reference_number, :amazon_reference_number),
    seal_number = coalesce(seal_number, :seal_number),
    next_attempt_at = :now
WHERE notice_id = :notice_id;

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
