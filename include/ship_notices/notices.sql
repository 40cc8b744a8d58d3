-- name: to_stage
-- Notices that have not left and of which something changed, or that were not looked at for long.
SELECT notice_id, shipment_number FROM ship_notice
WHERE relationship = :relationship AND state IN ('staged', 'shipped', 'held')
  AND (next_attempt_at <= :now OR CAST(:only AS text[]) <> '{}')
  AND (CAST(:only AS text[]) = '{}' OR shipment_number = ANY(:only) OR EXISTS (
      SELECT FROM carton JOIN fulfilment USING (fulfilment_id) JOIN sale USING (sale_key) JOIN purchase_order USING (order_id)
      WHERE carton.notice_id = ship_notice.notice_id AND purchase_order_number = ANY(:only)))
ORDER BY due_at NULLS LAST, notice_id
LIMIT :limit;

-- name: to_send
-- Notices whose goods are on their way and whose truck is gathered; those that were held come after the others and by
-- turns, so that no number of them keeps another from leaving. One that is sent anew waits until its sales were read.
SELECT notice_id, shipment_number FROM ship_notice
WHERE relationship = :relationship AND state IN ('shipped', 'held') AND send_after <= :now
  AND NOT (revision > 0 AND EXISTS (
      SELECT FROM carton JOIN fulfilment USING (fulfilment_id) JOIN sale_look look USING (sale_key)
      WHERE carton.notice_id = ship_notice.notice_id AND look.looked_at IS NULL))
  AND (CAST(:only AS text[]) = '{}' OR shipment_number = ANY(:only) OR EXISTS (
      SELECT FROM carton JOIN fulfilment USING (fulfilment_id) JOIN sale USING (sale_key) JOIN purchase_order USING (order_id)
      WHERE carton.notice_id = ship_notice.notice_id AND purchase_order_number = ANY(:only)))
ORDER BY state = 'held', CASE WHEN state = 'held' THEN next_attempt_at END, due_at NULLS LAST, notice_id
LIMIT :limit;

-- name: lock_notice^
-- Nobody else stages, completes or sends it meanwhile.
SELECT notice_id FROM ship_notice WHERE notice_id = :notice_id FOR UPDATE;

-- name: find_by_number$
SELECT notice_id FROM ship_notice WHERE relationship = :relationship AND shipment_number = :shipment_number;

-- name: load_notices
SELECT notice_id, relationship, shipment_number, state, centre, ship_to, carrier, shipped_on, departed_at, scac,
       shipment_type, bill_of_lading, pro_number, amazon_reference_number, seal_number, weight, delivery_on,
       appointment_at, entered, send_as_packed, revision, document_id, sent_at, send_after, due_at
FROM ship_notice WHERE notice_id = ANY(:notice_ids) ORDER BY notice_id;

-- name: load_cartons
SELECT carton.notice_id, carton.carton_id, fulfilment.sale_key, sale.order_id, o.purchase_order_number, sale.location,
       carton.box, carton.sscc, carton.tracking_number, carton.pallet_id,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(line.sku, line.quantity::text, line.lot, line.expires_on)
                                  ORDER BY line.position), '[]')
        FROM packed_line line WHERE line.carton_id = carton.carton_id) AS packed
FROM carton JOIN fulfilment USING (fulfilment_id) JOIN sale USING (sale_key) JOIN purchase_order o USING (order_id)
WHERE carton.notice_id = ANY(:notice_ids)
ORDER BY carton.notice_id, o.purchase_order_number, carton.carton_id;

-- name: load_pallets
SELECT notice_id, pallet_id, name, sscc FROM pallet WHERE notice_id = ANY(:notice_ids) ORDER BY pallet_id;

-- name: load_shares
-- What the sales of a notice owe their order's lines, and what of it stands on other notices that were sent.
SELECT share.sale_key, share.sku, share.order_id, o.purchase_order_number, share.line_number, line.identifiers, line.unit,
       line.sku_units, share.quantity,
       coalesce((SELECT sum(item.sku_quantity)
                 FROM notice_item item
                 JOIN carton USING (carton_id) JOIN fulfilment USING (fulfilment_id)
                 WHERE item.order_id = share.order_id AND item.line_number = share.line_number
                   AND fulfilment.sale_key = share.sale_key AND item.notice_id <> :notice_id), 0) AS notified
FROM sale_share share
JOIN purchase_order_line line USING (order_id, line_number)
JOIN purchase_order o USING (order_id)
WHERE share.sale_key = ANY(:sale_keys) AND line.sku_units IS NOT NULL
ORDER BY share.sale_key, line.position;

-- name: load_standing
-- The lines of a notice's orders: what was confirmed of them, and what other notices say was shipped.
SELECT line.order_id, o.purchase_order_number, coalesce(o.ship_to ->> 'identifier', '') AS centre, line.line_number, line.accepted + line.back_ordered AS confirmed,
       coalesce((SELECT sum(item.quantity) FROM notice_item item
                 WHERE item.order_id = line.order_id AND item.line_number = line.line_number
                   AND item.notice_id <> :notice_id), 0) AS notified,
       coalesce(line.sku_units * line.sku_price, line.unit_price, 0) AS unit_worth, o.currency
FROM purchase_order_line line JOIN purchase_order o USING (order_id)
WHERE line.order_id = ANY(:order_ids);

-- name: save_staging!
UPDATE ship_notice
SET scac = :scac, shipment_type = :shipment_type, delivery_on = :delivery_on, due_at = :due_at,
    next_attempt_at = :next_attempt_at
WHERE notice_id = :notice_id;

-- name: save_pallet$
INSERT INTO pallet (notice_id, name) VALUES (:notice_id, :name)
ON CONFLICT (notice_id, name) DO UPDATE SET name = excluded.name RETURNING pallet_id;

-- name: put_on_pallet!
UPDATE carton SET pallet_id = :pallet_id WHERE carton_id = ANY(:carton_ids);

-- name: drop_empty_pallets!
-- The SSCC that one brought in its name is free again.
WITH gone AS (
    DELETE FROM pallet
    WHERE notice_id = :notice_id AND NOT EXISTS (SELECT FROM carton WHERE carton.pallet_id = pallet.pallet_id)
    RETURNING pallet_id, sscc
)
DELETE FROM sscc USING gone
WHERE sscc.sscc = gone.sscc AND sscc.origin = 'box'
  AND NOT EXISTS (SELECT FROM carton WHERE carton.sscc = gone.sscc)
  AND NOT EXISTS (SELECT FROM pallet WHERE pallet.sscc = gone.sscc AND pallet.pallet_id <> gone.pallet_id);

-- name: next_serials
SELECT nextval('sscc_serial') AS serial FROM generate_series(1, :count);

-- name: use_ssccs
-- Take those SSCCs that nothing has carried for a year.
INSERT INTO sscc (sscc, used_at, origin) SELECT sscc, :now, :origin FROM unnest(CAST(:ssccs AS text[])) AS sscc
ON CONFLICT (sscc) DO UPDATE SET used_at = excluded.used_at, origin = excluded.origin
WHERE sscc.used_at < :free_before
RETURNING sscc;

-- name: stands_open$
-- Whether it stands on cartons alone whose notice has not left: the same carton, with goods of another order.
SELECT coalesce(bool_and(notice.state IN ('staged', 'shipped', 'held')), false)
FROM carton JOIN ship_notice notice USING (notice_id)
WHERE carton.sscc = :sscc AND notice.relationship = :relationship AND notice.centre = :centre;

-- name: notified
-- Which SSCCs other notices that were sent said lately.
SELECT DISTINCT carton.sscc FROM carton JOIN ship_notice notice USING (notice_id)
WHERE carton.sscc = ANY(:ssccs) AND notice.notice_id <> :notice_id AND notice.state <> 'withdrawn'
  AND notice.sent_at > :since;

-- name: set_carton_ssccs!
UPDATE carton SET sscc = told.sscc
FROM unnest(CAST(:carton_ids AS bigint[]), CAST(:ssccs AS text[])) AS told (carton_id, sscc)
WHERE carton.carton_id = told.carton_id;

-- name: set_pallet_sscc!
UPDATE pallet SET sscc = :sscc WHERE pallet_id = :pallet_id;

-- name: set_held!
UPDATE ship_notice SET state = 'held' WHERE notice_id = :notice_id AND state = 'shipped';

-- name: save_sent!
UPDATE ship_notice
SET state = 'sent', document_id = :document_id, revision = :revision, sent_at = :now
WHERE notice_id = :notice_id;

-- name: delete_items!
DELETE FROM notice_item WHERE notice_id = :notice_id;

-- name: insert_items!
INSERT INTO notice_item (notice_id, position, carton_id, order_id, line_number, quantity, unit, sku, sku_quantity)
SELECT :notice_id, position, carton_id, order_id, line_number, quantity, unit, sku, sku_quantity
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (
    position integer, carton_id bigint, order_id bigint, line_number text, quantity numeric, unit text, sku text,
    sku_quantity numeric);

-- name: on_the_same_truck$
-- Notices that were sent for the same centre, bill of lading and day.
SELECT count(*) FROM ship_notice
WHERE relationship = :relationship AND centre = :centre AND bill_of_lading = :bill_of_lading
  AND shipped_on = :shipped_on AND notice_id <> :notice_id AND state IN ('sent', 'reopened');

-- name: mark_orders_shipped!
-- An order is shipped when all that was confirmed of it stands on notices, else shipped in part.
UPDATE purchase_order o
SET state = CASE WHEN EXISTS (
        SELECT FROM purchase_order_line line
        WHERE line.order_id = o.order_id AND line.accepted + line.back_ordered > coalesce((
            SELECT sum(item.quantity) FROM notice_item item
            WHERE item.order_id = line.order_id AND item.line_number = line.line_number), 0)
    ) THEN 'part_shipped' ELSE 'shipped' END
WHERE order_id = ANY(:order_ids) AND state IN ('placed', 'acknowledged', 'changed', 'part_shipped', 'shipped');

-- name: reopen_rejected
-- Notices whose document the partner refused.
UPDATE ship_notice notice SET state = 'reopened'
FROM document
WHERE notice.relationship = :relationship AND notice.state = 'sent' AND document.document_id = notice.document_id
  AND document.state = 'rejected'
RETURNING notice.notice_id, notice.shipment_number, document.document_id, document.findings;

-- name: replacements_in_doubt
-- Replacements that the partner did not refuse, of a document that it refused after they were written.
SELECT notice.notice_id FROM ship_notice notice JOIN document USING (document_id)
WHERE notice.relationship = :relationship AND notice.state = 'sent' AND notice.sent_at > :since AND notice.revision > 1
  AND document.state <> 'rejected'
  AND EXISTS (
      SELECT FROM document before
      WHERE before.relationship = notice.relationship AND before.transaction_set = '856' AND before.direction = 'out'
        AND starts_with(before.business_key, notice.shipment_number || ' ') AND before.state = 'rejected'
        AND before.acknowledged_at >= document.recorded_at)
ORDER BY notice.notice_id;

-- name: set_reopened!
UPDATE ship_notice SET state = 'reopened' WHERE notice_id = :notice_id;

-- name: noted
-- Notices that the partner accepted and noted errors in, of which no entry was opened since.
SELECT notice.notice_id, notice.shipment_number, document.document_id
FROM ship_notice notice JOIN document USING (document_id)
WHERE notice.relationship = :relationship AND notice.state = 'sent' AND notice.sent_at > :since
  AND document.state = 'accepted_with_errors'
  AND NOT EXISTS (
      SELECT FROM exception_entry entry
      WHERE entry.relationship = notice.relationship AND entry.kind = 'incomplete_notice'
        AND entry.subject = 'notice ' || notice.notice_id
        AND (entry.state <> 'resolved' OR entry.opened_at >= document.acknowledged_at));

-- name: enter!
-- What a person enters stands until a person changes it.
UPDATE ship_notice
SET scac = coalesce(:scac, scac), shipment_type = coalesce(:shipment_type, shipment_type),
    bill_of_lading = coalesce(:bill_of_lading, bill_of_lading), pro_number = coalesce(:pro_number, pro_number),
    amazon_reference_number = coalesce(:amazon_reference_number, amazon_reference_number),
    seal_number = coalesce(:seal_number, seal_number), weight = coalesce(:weight, weight),
    delivery_on = coalesce(:delivery_on, delivery_on), appointment_at = coalesce(:appointment_at, appointment_at),
    send_as_packed = coalesce(:send_as_packed, send_as_packed),
    entered = ARRAY(SELECT DISTINCT unnest(entered || CAST(:entered AS text[]))), next_attempt_at = :now
WHERE notice_id = :notice_id;

-- name: set_tracking!
UPDATE carton SET tracking_number = :tracking_number WHERE notice_id = :notice_id AND box = :box;

-- name: reopen!
-- A person wants it sent anew, as its sales are now: they are read again before.
WITH opened AS (
    UPDATE ship_notice SET state = 'shipped', next_attempt_at = :now
    WHERE notice_id = :notice_id AND state IN ('sent', 'reopened')
    RETURNING notice_id
)
UPDATE sale_look look SET looked_at = NULL, next_attempt_at = :now
WHERE look.sale_key IN (SELECT sale_key FROM opened JOIN carton USING (notice_id) JOIN fulfilment USING (fulfilment_id));

-- name: keep_as_sent!
-- A person gives a replacement up: the document that the partner has is the notice's again.
UPDATE ship_notice SET state = 'sent', document_id = :document_id, sent_at = :sent_at WHERE notice_id = :notice_id;

-- name: unshipped_orders
-- Orders with confirmed units on no notice whose window ends soon.
SELECT o.order_id, o.purchase_order_number, o.window_end, o.currency,
       round(sum((line.accepted + line.back_ordered - told.notified)
                 * coalesce(line.sku_units * line.sku_price, line.unit_price, 0)), 2) AS money,
       sum(line.accepted + line.back_ordered - told.notified) AS units,
       sum(told.notified) AS notified
FROM purchase_order o
JOIN purchase_order_line line USING (order_id)
CROSS JOIN LATERAL (
    SELECT coalesce(sum(item.quantity), 0) AS notified FROM notice_item item
    WHERE item.order_id = line.order_id AND item.line_number = line.line_number
) told
WHERE o.relationship = :relationship AND o.state IN ('acknowledged', 'part_shipped') AND NOT o.answer_wanted
  AND o.window_end IS NOT NULL AND o.window_end <= :window_before
  AND line.accepted + line.back_ordered > told.notified
GROUP BY o.order_id;

-- name: orders_at_rest
-- Orders shipped in part of which something is left and nothing was shipped for a while.
SELECT o.order_id, o.purchase_order_number, o.window_end, o.currency, max(notice.sent_at) AS sent_at
FROM purchase_order o
JOIN notice_item item USING (order_id)
JOIN ship_notice notice USING (notice_id)
WHERE o.relationship = :relationship AND o.state = 'part_shipped' AND o.order_id <> ALL(:besides)
  AND EXISTS (
      SELECT FROM purchase_order_line line
      WHERE line.order_id = o.order_id AND line.accepted + line.back_ordered > coalesce((
          SELECT sum(said.quantity) FROM notice_item said
          WHERE said.order_id = line.order_id AND said.line_number = line.line_number), 0))
GROUP BY o.order_id
HAVING max(notice.sent_at) < :rest_before;

-- name: told_unshipped
-- Orders of which an entry says that they are not shipped, and of which that is not so any more.
SELECT o.order_id FROM exception_entry entry
JOIN purchase_order o ON o.relationship = entry.relationship AND entry.subject = 'order ' || o.order_id
WHERE entry.relationship = :relationship AND entry.kind = 'order_not_shipped' AND entry.state <> 'resolved'
  AND o.order_id <> ALL(:besides);

-- name: late
-- Notices that Amazon should have by now, and of which it has none.
SELECT notice_id FROM ship_notice
WHERE relationship = :relationship AND state IN ('shipped', 'held') AND due_at <= :now
  AND NOT EXISTS (
      SELECT FROM document
      WHERE document.document_id = ship_notice.document_id AND document.state NOT IN ('rejected', 'withdrawn'));

-- name: counts
SELECT state, count(*) AS notices FROM ship_notice
WHERE relationship = :relationship AND (state NOT IN ('sent', 'withdrawn') OR sent_at > :since)
GROUP BY state ORDER BY state;

-- name: stalled
-- Shipped or refused notices long after their time that no open entry speaks of, and changed sales that nobody reads.
SELECT 'the shipment ' || notice.shipment_number AS name FROM ship_notice notice
WHERE notice.relationship = :relationship AND notice.state IN ('shipped', 'held', 'reopened')
  AND notice.send_after < :overdue
  AND NOT EXISTS (
      SELECT FROM exception_entry entry
      WHERE entry.relationship = notice.relationship AND entry.state <> 'resolved'
        AND (entry.subject = 'notice ' || notice.notice_id OR entry.kind = ANY(:of_all)
             OR entry.subject IN (
                 SELECT 'shipments of sale ' || fulfilment.sale_key
                 FROM carton JOIN fulfilment USING (fulfilment_id) WHERE carton.notice_id = notice.notice_id)))
UNION ALL
SELECT 'the sale ' || coalesce(sale.erp_number, sale.erp_sale_id) FROM sale_look look
JOIN sale USING (sale_key) JOIN purchase_order o USING (order_id)
WHERE o.relationship = :relationship AND look.next_attempt_at < :overdue
  AND (look.looked_at IS NULL OR look.looked_at < look.changed_at)
  AND NOT EXISTS (
      SELECT FROM exception_entry entry
      WHERE entry.relationship = o.relationship AND entry.state <> 'resolved' AND entry.kind = ANY(:of_all));

-- name: add_event!
INSERT INTO order_event (order_id, happened_at, actor, what) VALUES (:order_id, :now, :actor, :what);

-- name: withdrawn
-- Which of these shipments were withdrawn.
SELECT shipment_number FROM ship_notice
WHERE relationship = :relationship AND shipment_number = ANY(:shipment_numbers) AND state = 'withdrawn';

-- name: sheet_says$
SELECT said FROM label_sheet WHERE notice_id = :notice_id;

-- name: save_sheet!
INSERT INTO label_sheet (notice_id, said, pdf, zpl, labels, made_at) VALUES (:notice_id, :said, :pdf, :zpl, :labels, :now)
ON CONFLICT (notice_id) DO UPDATE
SET said = excluded.said, pdf = excluded.pdf, zpl = excluded.zpl, labels = excluded.labels, made_at = excluded.made_at;
