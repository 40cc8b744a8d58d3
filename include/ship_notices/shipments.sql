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
-- What is known of a sale's cartons; who writes one of their notices is waited for, and then it was sent.
SELECT carton.carton_id, carton.fulfilment_id, fulfilment.task_id, carton.box, carton.notice_id, notice.state,
       notice.revision, notice.shipment_number, carton.sscc, carton.tracking_number, carton.shipped_on,
       EXISTS (SELECT FROM exception_entry entry
               WHERE entry.relationship = notice.relationship AND entry.kind = 'shipment_undone'
                 AND entry.subject = concat('sale ', fulfilment.sale_key, ' on notice ', carton.notice_id)
                 AND entry.state <> 'resolved') AS is_told,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(line.sku, line.quantity::text, line.lot, line.expires_on)
                                  ORDER BY line.position), '[]')
        FROM packed_line line WHERE line.carton_id = carton.carton_id) AS lines
FROM carton JOIN fulfilment USING (fulfilment_id) JOIN ship_notice notice USING (notice_id)
WHERE fulfilment.sale_key = :sale_key ORDER BY carton.carton_id
FOR UPDATE OF notice;

-- name: void_fulfilments!
UPDATE fulfilment SET is_voided = true, seen_at = :now
WHERE sale_key = :sale_key AND NOT is_voided AND task_id <> ALL(:besides);

-- name: insert_notice$
INSERT INTO ship_notice (relationship, shipment_number, state, centre, ship_to, send_after, staged_at, next_attempt_at)
VALUES (:relationship, :prefix || lpad(nextval('shipment_number')::text, 8, '0'), 'staged', :centre, :ship_to, :now,
        :now, :now)
RETURNING notice_id;

-- name: insert_cartons
INSERT INTO carton (fulfilment_id, box, notice_id)
SELECT :fulfilment_id, box, :notice_id
FROM unnest(CAST(:boxes AS text[])) WITH ORDINALITY AS told (box, position) ORDER BY position
RETURNING carton_id, box;

-- name: take_over!
UPDATE carton SET fulfilment_id = :fulfilment_id WHERE carton_id = :carton_id;

-- name: ask_again!
-- Who chose to send as packed chose it for what was packed then.
UPDATE ship_notice SET send_as_packed = NULL WHERE notice_id = :notice_id AND send_as_packed IS NOT NULL;

-- name: delete_lines!
DELETE FROM packed_line WHERE carton_id = :carton_id;

-- name: insert_lines!
INSERT INTO packed_line (carton_id, position, sku, quantity, lot, expires_on)
SELECT carton_id, position, sku, quantity, lot, expires_on
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
     AS told (carton_id bigint, position integer, sku text, quantity numeric, lot text, expires_on date);

-- name: delete_carton!
-- Its box may be packed again: an SSCC that the box brought is free, one that was printed for it is used.
WITH unsaid AS (DELETE FROM notice_item WHERE carton_id = :carton_id),
gone AS (DELETE FROM carton WHERE carton_id = :carton_id RETURNING sscc)
DELETE FROM sscc USING gone
WHERE sscc.sscc = gone.sscc AND sscc.origin = 'box'
  AND NOT EXISTS (SELECT FROM carton WHERE carton.sscc = gone.sscc AND carton.carton_id <> :carton_id)
  AND NOT EXISTS (SELECT FROM pallet WHERE pallet.sscc = gone.sscc);

-- name: wake_notices!
-- They are staged again.
UPDATE ship_notice SET next_attempt_at = :now WHERE notice_id = ANY(:notice_ids) AND state IN ('staged', 'shipped', 'held');

-- name: save_shipping!
-- The tracking number that a person entered stays.
UPDATE carton
SET shipped_on = told.shipped_on,
    tracking_number = CASE WHEN 'tracking ' || carton.box = ANY(notice.entered) THEN carton.tracking_number
                           ELSE coalesce(told.tracking_number, carton.tracking_number) END
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (carton_id bigint, shipped_on date, tracking_number text),
     ship_notice notice
WHERE carton.carton_id = told.carton_id AND notice.notice_id = carton.notice_id;

-- name: clear_shipping!
UPDATE carton SET shipped_on = NULL WHERE carton_id = ANY(:carton_ids);

-- name: find_open^
-- A shipment that has not left us yet and is on the same truck: by its bill of lading, or by a carton that both hold
-- under one SSCC, however it is written. The bill of lading that a person entered is that of what stands there.
SELECT notice_id FROM ship_notice
WHERE relationship = :relationship AND state IN ('shipped', 'held') AND revision = 0 AND centre = :centre
  AND lower(coalesce(carrier, '')) = lower(:carrier) AND shipped_on = :shipped_on
  AND ('bill_of_lading' = ANY(entered) AND notice_id = ANY(:before)
       OR coalesce(bill_of_lading, '') = :bill_of_lading
       AND (:bill_of_lading <> '' OR EXISTS (
           SELECT FROM carton
           WHERE carton.notice_id = ship_notice.notice_id
             AND regexp_replace(carton.box, '[^0-9]', '', 'g') LIKE ANY(:marks))))
ORDER BY notice_id LIMIT 1
FOR UPDATE;

-- name: others_in$
-- How many cartons of a notice are none of these.
SELECT count(*) FROM carton WHERE notice_id = :notice_id AND carton_id <> ALL(:carton_ids);

-- name: move_pallets!
-- Pallets with nothing but these cartons go with them, since their labels are printed; a second of a name gets another.
UPDATE pallet
SET notice_id = :notice_id,
    name = CASE WHEN EXISTS (SELECT FROM pallet other WHERE other.notice_id = :notice_id AND other.name = pallet.name)
                THEN pallet.name || ' of ' || came_from.shipment_number ELSE pallet.name END
FROM ship_notice came_from
WHERE pallet.notice_id = :from_id AND came_from.notice_id = :from_id
  AND EXISTS (SELECT FROM carton WHERE carton.pallet_id = pallet.pallet_id)
  AND NOT EXISTS (
      SELECT FROM carton WHERE carton.pallet_id = pallet.pallet_id AND carton.carton_id <> ALL(:carton_ids));

-- name: move_cartons!
WITH news AS (
    UPDATE carton
    SET notice_id = :notice_id,
        pallet_id = (SELECT pallet_id FROM pallet
                     WHERE pallet.pallet_id = carton.pallet_id AND pallet.notice_id = :notice_id)
    WHERE carton_id = ANY(:carton_ids) AND notice_id <> :notice_id
    RETURNING carton_id
)
UPDATE ship_notice SET send_as_packed = NULL WHERE notice_id = :notice_id AND EXISTS (SELECT FROM news);

-- name: inherit_entries!
-- What a person entered on a notice that is merged into another goes before what is known there by itself; only the bill
-- of lading is that of the truck.
UPDATE ship_notice target
SET scac = CASE WHEN 'scac' = ANY(source.entered) AND NOT 'scac' = ANY(target.entered)
        THEN source.scac ELSE coalesce(target.scac, source.scac) END,
    shipment_type = CASE WHEN 'shipment_type' = ANY(source.entered) AND NOT 'shipment_type' = ANY(target.entered)
        THEN source.shipment_type ELSE coalesce(target.shipment_type, source.shipment_type) END,
    pro_number = CASE WHEN 'pro_number' = ANY(source.entered) AND NOT 'pro_number' = ANY(target.entered)
        THEN source.pro_number ELSE coalesce(target.pro_number, source.pro_number) END,
    amazon_reference_number = CASE WHEN 'amazon_reference_number' = ANY(source.entered) AND NOT 'amazon_reference_number' = ANY(target.entered)
        THEN source.amazon_reference_number ELSE coalesce(target.amazon_reference_number, source.amazon_reference_number) END,
    seal_number = CASE WHEN 'seal_number' = ANY(source.entered) AND NOT 'seal_number' = ANY(target.entered)
        THEN source.seal_number ELSE coalesce(target.seal_number, source.seal_number) END,
    weight = CASE WHEN 'weight' = ANY(source.entered) AND NOT 'weight' = ANY(target.entered)
        THEN source.weight ELSE coalesce(target.weight, source.weight) END,
    delivery_on = CASE WHEN 'delivery_on' = ANY(source.entered) AND NOT 'delivery_on' = ANY(target.entered)
        THEN source.delivery_on ELSE coalesce(target.delivery_on, source.delivery_on) END,
    appointment_at = CASE WHEN 'appointment_at' = ANY(source.entered) AND NOT 'appointment_at' = ANY(target.entered)
        THEN source.appointment_at ELSE coalesce(target.appointment_at, source.appointment_at) END,
    bill_of_lading = coalesce(target.bill_of_lading, source.bill_of_lading),
    entered = ARRAY(
        SELECT DISTINCT name FROM unnest(target.entered || source.entered) AS name
        WHERE name <> 'bill_of_lading' OR target.bill_of_lading IS NULL OR name = ANY(target.entered))
FROM ship_notice source
WHERE target.notice_id = :notice_id AND source.notice_id = :from_id AND source.entered <> '{}';

-- name: withdraw_empty
-- With its labels, so that nobody prints them any more.
WITH withdrawn AS (
    UPDATE ship_notice SET state = 'withdrawn'
    WHERE notice_id = ANY(:notice_ids) AND state IN ('staged', 'shipped', 'held')
      AND NOT EXISTS (SELECT FROM carton WHERE carton.notice_id = ship_notice.notice_id)
    RETURNING notice_id, shipment_number, document_id
),
labels AS (DELETE FROM label_sheet USING withdrawn WHERE label_sheet.notice_id = withdrawn.notice_id)
SELECT notice_id, shipment_number, EXISTS (
    SELECT FROM document WHERE document.document_id = withdrawn.document_id AND document.state <> 'rejected'
) AS is_with_partner
FROM withdrawn;

-- name: mark_shipped!
-- What a person entered stays; what was corrected in the notes counts. The truck is waited for once, from the first of its shipments.
UPDATE ship_notice
SET state = CASE WHEN state = 'staged' THEN 'shipped' ELSE state END,
    centre = :centre, ship_to = :ship_to, carrier = :carrier, shipped_on = :shipped_on,
    departed_at = least(departed_at, :departed_at),
    send_after = CASE WHEN state = 'staged' THEN CAST(:send_after AS timestamptz) ELSE send_after END,
    due_at = least(due_at, :due_at, appointment_at - CAST(:before_appointment AS interval)),
    bill_of_lading = CASE WHEN 'bill_of_lading' = ANY(entered) THEN bill_of_lading
        ELSE coalesce(:bill_of_lading, bill_of_lading) END,
    pro_number = CASE WHEN 'pro_number' = ANY(entered) THEN pro_number
        ELSE coalesce(:pro_number, pro_number) END,
    amazon_reference_number = CASE WHEN 'amazon_reference_number' = ANY(entered) THEN amazon_reference_number
        ELSE coalesce(:amazon_reference_number, amazon_reference_number) END,
    seal_number = CASE WHEN 'seal_number' = ANY(entered) THEN seal_number
        ELSE coalesce(:seal_number, seal_number) END,
    next_attempt_at = :now
WHERE notice_id = :notice_id;
