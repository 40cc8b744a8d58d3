-- name: unbilled
-- What was notified and stands on no invoice, an order and notice each.
SELECT DISTINCT notice.notice_id, notice.sent_at, o.order_id, o.currency, o.order_type, o.state
FROM ship_notice notice
JOIN notice_item item USING (notice_id)
JOIN purchase_order o USING (order_id)
WHERE notice.relationship = :relationship AND notice.state = 'sent' AND notice.sent_at > :since
  AND NOT EXISTS (
      SELECT FROM invoice known
      WHERE known.notice_id = notice.notice_id AND (known.order_id IS NULL OR known.order_id = o.order_id)
        AND known.state <> 'withdrawn')
  AND NOT EXISTS (SELECT FROM invoice known WHERE known.notice_id IS NULL AND known.order_id = o.order_id)
ORDER BY notice.notice_id, o.order_id;

-- name: insert_invoice$
INSERT INTO invoice (relationship, notice_id, order_id, state, currency, opened_at, next_attempt_at)
VALUES (:relationship, :notice_id, :order_id, 'waiting', :currency, :now, :now)
ON CONFLICT (notice_id, order_id) DO UPDATE SET state = excluded.state, next_attempt_at = excluded.next_attempt_at
WHERE invoice.state = 'withdrawn'
RETURNING invoice_id;

-- name: due
-- Invoices in one of these states whose notices were all accepted, or transmitted and their wait is over.
SELECT invoice.invoice_id, invoice.notice_id, invoice.order_id FROM invoice
WHERE invoice.relationship = :relationship AND invoice.state = ANY(:states)
  AND (invoice.next_attempt_at <= :now OR CAST(:only AS text[]) <> '{}')
  AND NOT EXISTS (
      SELECT FROM invoice_hold hold
      WHERE hold.invoice_id = invoice.invoice_id
        AND NOT (hold.is_transmitted AND hold.sent_at + CAST(:hold AS interval) <= :now))
  AND (CAST(:only AS text[]) = '{}' OR invoice.number = ANY(:only) OR EXISTS (
      SELECT FROM invoice_item item JOIN ship_notice notice USING (notice_id)
      JOIN purchase_order o ON o.order_id = item.order_id
      WHERE item.invoice_id = invoice.invoice_id
        AND (notice.shipment_number = ANY(:only) OR o.purchase_order_number = ANY(:only))))
ORDER BY invoice.invoice_id
LIMIT :limit;

-- name: find_named
-- The invoices that a number of an invoice, a shipment or an order names.
SELECT DISTINCT invoice.invoice_id, invoice.state FROM invoice
LEFT JOIN invoice_item item USING (invoice_id)
LEFT JOIN ship_notice notice ON notice.notice_id = item.notice_id
LEFT JOIN purchase_order o ON o.order_id = item.order_id
WHERE invoice.relationship = :relationship
  AND (invoice.number = :name OR notice.shipment_number = :name OR o.purchase_order_number = :name)
ORDER BY invoice.invoice_id;

-- name: lock_invoice^
-- Nobody else matches, completes or sends it meanwhile.
SELECT invoice_id FROM invoice WHERE invoice_id = :invoice_id FOR UPDATE;

-- name: load_invoices
SELECT invoice.invoice_id, invoice.relationship, invoice.notice_id, invoice.order_id, invoice.state,
       notice.shipment_number, invoice.number, invoice.revision, invoice.currency, invoice.invoiced_on,
       invoice.accepted_by, invoice.accepted_match, invoice.document_id, invoice.opened_at, invoice.attempts
FROM invoice LEFT JOIN ship_notice notice USING (notice_id)
WHERE invoice.invoice_id = ANY(:invoice_ids)
ORDER BY invoice.invoice_id;

-- name: load_goods
-- What the notices of these invoices say, by line and sale; beside it all that was notified and billed of the line.
SELECT item.invoice_id, item.order_id, o.purchase_order_number, o.ordered_on, o.currency, o.ship_to, sale.location,
       item.line_number, line.identifiers, line.unit AS line_unit, line.quantity AS ordered, line.unit_price,
       line.price_basis, line.sku AS line_sku, line.product_id, line.product_name, line.sku_units, line.sku_price,
       line.list_price, line.accepted + line.back_ordered AS confirmed, fulfilment.sale_key, sale.erp_sale_id,
       sale.external_id, array_agg(DISTINCT fulfilment.number) AS fulfilment_numbers, item.unit, item.sku,
       sum(item.quantity) AS quantity, sum(item.sku_quantity) AS sku_quantity,
       (SELECT sum(each.quantity) FROM notice_item each
        WHERE each.order_id = item.order_id AND each.line_number = item.line_number) AS notified,
       (SELECT coalesce(sum(each.quantity), 0) FROM invoice_line each JOIN invoice other USING (invoice_id)
        WHERE each.order_id = item.order_id AND each.line_number = item.line_number
          AND each.invoice_id <> item.invoice_id AND other.state <> 'withdrawn') AS billed
FROM invoice_item item
JOIN carton USING (carton_id) JOIN fulfilment USING (fulfilment_id) JOIN sale USING (sale_key)
JOIN purchase_order o ON o.order_id = item.order_id
JOIN purchase_order_line line ON line.order_id = item.order_id AND line.line_number = item.line_number
WHERE item.invoice_id = ANY(:invoice_ids)
GROUP BY item.invoice_id, item.order_id, item.line_number, item.unit, item.sku, fulfilment.sale_key, sale.sale_key,
         o.order_id, line.order_id, line.line_number
ORDER BY item.invoice_id, o.purchase_order_number, line.position, fulfilment.sale_key;

-- name: load_erp_invoices
SELECT sale_key, task_id, number, status, invoiced_on, fulfilment_number, memo, lines, charges, tax, total, invoice_id
FROM erp_invoice WHERE sale_key = ANY(:sale_keys) ORDER BY erp_invoice_id;

-- name: charged_before
-- Charges that other invoices of these orders bill.
SELECT DISTINCT unnest(invoice.charge_codes) AS code FROM invoice
WHERE invoice.invoice_id <> :invoice_id AND invoice.state <> 'withdrawn' AND invoice.charge_codes <> '{}'
  AND EXISTS (
      SELECT FROM invoice_line line WHERE line.invoice_id = invoice.invoice_id AND line.order_id = ANY(:order_ids));

-- name: is_read$
-- Whether nothing is known to have changed in these sales since they were read.
SELECT NOT EXISTS (
    SELECT FROM sale_look
    WHERE sale_key = ANY(:sale_keys) AND (looked_at IS NULL OR looked_at < changed_at));

-- name: set_state!
UPDATE invoice SET state = :state, next_attempt_at = :next_attempt_at WHERE invoice_id = :invoice_id;

-- name: put_off!
UPDATE invoice SET attempts = attempts + 1, next_attempt_at = :next_attempt_at, last_fault = :last_fault
WHERE invoice_id = :invoice_id;

-- name: load_postings
SELECT sale_key, erp_key, in_doubt_since, look_ups, task_id FROM erp_posting WHERE invoice_id = :invoice_id;

-- name: save_in_doubt!
INSERT INTO erp_posting (erp_key, invoice_id, sale_key, in_doubt_since, look_ups)
VALUES (:erp_key, :invoice_id, :sale_key, :now, :look_ups)
ON CONFLICT (erp_key) DO UPDATE SET in_doubt_since = excluded.in_doubt_since, look_ups = excluded.look_ups;

-- name: clear_doubt!
UPDATE erp_posting SET in_doubt_since = NULL, look_ups = 0 WHERE erp_key = :erp_key;

-- name: save_posted!
UPDATE erp_posting SET in_doubt_since = NULL, look_ups = 0, task_id = :task_id WHERE erp_key = :erp_key;

-- name: take_number^
-- A number that nothing has had.
INSERT INTO invoice_number (relationship, number, invoice_id) VALUES (:relationship, :number, :invoice_id)
ON CONFLICT (relationship, number) DO NOTHING
RETURNING number;

-- name: count_numbers$
SELECT count(*) FROM invoice_number WHERE relationship = :relationship AND starts_with(number, :begins);

-- name: save_sent!
UPDATE invoice
SET state = 'sent', number = :number, revision = :revision, total = :total, charge_codes = :charge_codes,
    invoiced_on = :invoiced_on, document_id = :document_id, sent_at = :now
WHERE invoice_id = :invoice_id;

-- name: delete_lines!
DELETE FROM invoice_line WHERE invoice_id = :invoice_id;

-- name: insert_lines!
INSERT INTO invoice_line (invoice_id, position, order_id, line_number, quantity, unit, unit_price)
SELECT :invoice_id, position, order_id, line_number, quantity, unit, unit_price
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (
    position integer, order_id bigint, line_number text, quantity numeric, unit text, unit_price numeric);

-- name: mark_billed!
-- The inventory system's invoices that ours was sent on the strength of.
UPDATE erp_invoice SET invoice_id = CASE WHEN task_id = ANY(:task_ids) THEN CAST(:invoice_id AS bigint) END
WHERE (sale_key = ANY(:sale_keys) AND task_id = ANY(:task_ids)) OR invoice_id = :invoice_id;

-- name: wake_others!
-- Those that looked at the same sales look again.
UPDATE invoice SET next_attempt_at = :now
WHERE invoice.invoice_id <> :invoice_id AND invoice.relationship = :relationship AND invoice.state = 'disagreed'
  AND EXISTS (SELECT FROM invoice_item item WHERE item.invoice_id = invoice.invoice_id AND item.order_id = ANY(:order_ids));

-- name: mark_orders_invoiced!
-- An order that was shipped whole is invoiced when all that was confirmed of it is billed, else in part.
UPDATE purchase_order o
SET state = CASE WHEN EXISTS (
        SELECT FROM purchase_order_line line
        WHERE line.order_id = o.order_id AND line.accepted + line.back_ordered > coalesce((
            SELECT sum(billed.quantity) FROM invoice_line billed JOIN invoice USING (invoice_id)
            WHERE billed.order_id = line.order_id AND billed.line_number = line.line_number
              AND invoice.state = 'sent'), 0)
    ) THEN 'part_invoiced' ELSE 'invoiced' END
WHERE order_id = ANY(:order_ids) AND state IN ('shipped', 'part_invoiced');

-- name: add_event!
INSERT INTO order_event (order_id, happened_at, actor, what) VALUES (:order_id, :now, :actor, :what);

-- name: accept!
UPDATE invoice SET accepted_by = :actor, accepted_match = :accepted_match, next_attempt_at = :now
WHERE invoice_id = :invoice_id;

-- name: reopen!
-- A person wants it sent again: under its number, or with a new one where its content changed.
UPDATE invoice
SET state = 'waiting', next_attempt_at = :now, number = CASE WHEN :has_new_number THEN NULL ELSE number END,
    revision = CASE WHEN :has_new_number THEN 0 ELSE revision END
WHERE invoice_id = :invoice_id;

-- name: reopen_rejected
-- Invoices whose document the partner refused.
UPDATE invoice SET state = 'reopened'
FROM document
WHERE invoice.relationship = :relationship AND invoice.state = 'sent' AND document.document_id = invoice.document_id
  AND document.state = 'rejected'
RETURNING invoice.invoice_id, invoice.number, invoice.total, invoice.currency, document.document_id;

-- name: noted
-- Invoices that the partner accepted and noted errors in, of which no entry was opened since.
SELECT invoice.invoice_id, invoice.number, invoice.total, invoice.currency, document.document_id
FROM invoice JOIN document USING (document_id)
WHERE invoice.relationship = :relationship AND invoice.state = 'sent' AND invoice.sent_at > :since
  AND document.state = 'accepted_with_errors'
  AND NOT EXISTS (
      SELECT FROM exception_entry entry
      WHERE entry.relationship = invoice.relationship AND entry.kind = 'invoice_mismatch'
        AND entry.subject = 'invoice ' || invoice.invoice_id
        AND (entry.state <> 'resolved' OR entry.opened_at >= document.acknowledged_at));

-- name: overbilled
-- Invoices that left before a replacement of their notice, which says less.
SELECT invoice.invoice_id, invoice.number, invoice.total, invoice.currency, notice.shipment_number
FROM ship_notice notice JOIN invoice USING (notice_id)
WHERE notice.relationship = :relationship AND notice.state = 'sent' AND notice.revision > 1 AND invoice.state = 'sent'
  AND notice.sent_at > :since AND notice.sent_at > invoice.sent_at
  AND EXISTS (
      SELECT FROM invoice_line line
      WHERE line.invoice_id = invoice.invoice_id AND line.quantity > coalesce((
          SELECT sum(item.quantity) FROM notice_item item
          WHERE item.notice_id = notice.notice_id AND item.order_id = line.order_id
            AND item.line_number = line.line_number), 0));

-- name: undone
-- Invoices that left and whose like in the inventory system was voided since, or credited, which a person may have
-- accepted before or settled after.
SELECT invoice.invoice_id, invoice.number, invoice.total, invoice.currency, invoice.invoiced_on,
       string_agg(erp_invoice.number, ', ') AS erp_numbers,
       CASE WHEN bool_or(erp_invoice.status = 'VOIDED') THEN 'voided' ELSE 'credited' END AS how
FROM erp_invoice JOIN invoice USING (invoice_id)
WHERE invoice.relationship = :relationship AND invoice.state = 'sent' AND (
    erp_invoice.status = 'VOIDED'
    OR invoice.accepted_match IS NULL AND jsonb_path_exists(
        erp_invoice.lines || erp_invoice.charges, '$[*].total ? (@ starts with "-")')
    AND NOT EXISTS (
        SELECT FROM exception_entry entry
        WHERE entry.relationship = invoice.relationship AND entry.kind = 'invoice_mismatch'
          AND entry.subject = concat('invoice ', invoice.invoice_id) AND entry.state = 'resolved'
          AND entry.what_happened LIKE '%% was credited in %%'))
GROUP BY invoice.invoice_id;

-- name: left_over
-- What was notified after the one invoice of its order had left.
SELECT o.order_id, o.purchase_order_number, invoice.number, string_agg(DISTINCT notice.shipment_number, ', ') AS shipments
FROM invoice JOIN purchase_order o USING (order_id)
JOIN notice_item item ON item.order_id = o.order_id
JOIN ship_notice notice ON notice.notice_id = item.notice_id
WHERE invoice.relationship = :relationship AND invoice.notice_id IS NULL AND invoice.state = 'sent'
  AND notice.state = 'sent' AND notice.sent_at > invoice.sent_at AND notice.sent_at > :since
GROUP BY o.order_id, invoice.number;

-- name: counts
SELECT state, count(*) AS invoices FROM invoice
WHERE relationship = :relationship AND (state NOT IN ('sent', 'withdrawn') OR sent_at > :since)
GROUP BY state ORDER BY state;

-- name: told_open
-- Of these subjects, the ones that an open entry speaks of; all of them where an entry holds up everything.
SELECT subject FROM unnest(CAST(:subjects AS text[])) AS subject
WHERE EXISTS (
    SELECT FROM exception_entry entry
    WHERE entry.relationship = :relationship AND entry.state <> 'resolved'
      AND (entry.subject = subject OR entry.kind = ANY(:of_all)));
