-- name: orders()
-- Every order with what was asked, placed and allocated (in units of the SKU) and answered (in Amazon's unit).
SELECT
    o.purchase_order_number,
    o.state,
    o.clock_started_at,
    o.answered_at,
    o.back_order_allowed,
    asked.lines,
    asked.text AS asked,
    coalesce(stands.placed, 0) AS placed,
    coalesce(stands.placed - stands.back_ordered, 0) AS allocated,
    asked.accepted,
    asked.back_ordered,
    asked.rejected
FROM purchase_order o
CROSS JOIN LATERAL (
    SELECT
        count(*) AS lines,
        (SELECT string_agg(trim_scale(u.total) || ' ' || u.unit, ', ' ORDER BY u.unit)
         FROM (SELECT unit, sum(quantity) AS total FROM purchase_order_line
               WHERE order_id = o.order_id GROUP BY unit) u) AS text,
        sum(line.accepted) AS accepted,
        sum(line.back_ordered) AS back_ordered,
        sum(line.rejected) AS rejected
    FROM purchase_order_line line
    WHERE line.order_id = o.order_id
) asked
LEFT JOIN LATERAL (
    SELECT sum(sale_line.quantity) AS placed, sum(sale_line.back_ordered) AS back_ordered
    FROM sale JOIN sale_line USING (sale_key)
    WHERE sale.order_id = o.order_id AND sale.state = 'authorised'
) stands ON true
ORDER BY o.clock_started_at, o.order_id;

-- name: exceptions()
-- Every exception that was raised, the open ones first.
SELECT kind, subject, purchase_order_number, owner_team, state, what_happened, next_step, opened_at
FROM exception_entry
ORDER BY state = 'resolved', opened_at, exception_id;

-- name: shipments()
-- Every shipment with its cartons and its invoice; those of which nothing is left are left out.
SELECT notice.shipment_number, notice.state, notice.carrier, notice.scac, notice.departed_at, notice.sent_at,
       held.orders, held.cartons, held.pallets, invoice.number AS invoice, invoice.state AS invoice_state
FROM ship_notice notice
CROSS JOIN LATERAL (
    SELECT string_agg(DISTINCT o.purchase_order_number, ', ') AS orders, count(*) AS cartons,
           count(DISTINCT carton.pallet_id) AS pallets
    FROM carton JOIN fulfilment USING (fulfilment_id) JOIN sale USING (sale_key) JOIN purchase_order o USING (order_id)
    WHERE carton.notice_id = notice.notice_id
) held
LEFT JOIN invoice ON invoice.notice_id = notice.notice_id AND invoice.state <> 'withdrawn'
WHERE notice.state <> 'withdrawn'
ORDER BY notice.departed_at NULLS LAST, notice.notice_id, invoice.invoice_id;

-- name: to_be_trimmed()
-- Orders whose sales a person was told to reduce.
SELECT DISTINCT purchase_order_number FROM exception_entry WHERE kind = 'trim_by_hand' AND state <> 'resolved';

-- name: stalled()
-- Orders with neither an answer, a next attempt ahead nor an open exception.
SELECT o.purchase_order_number
FROM purchase_order o
WHERE o.answer_wanted AND NOT o.is_adopted
  AND NOT EXISTS (
      SELECT FROM exception_entry e
      WHERE e.relationship = o.relationship AND e.purchase_order_number = o.purchase_order_number
        AND e.state <> 'resolved'
  );

-- name: open_exceptions()$
SELECT count(*) FROM exception_entry WHERE state <> 'resolved';

-- name: unbilled()$
-- Notices that were sent and not refused and have no invoice yet, and invoices that wait and that no exception holds.
SELECT (SELECT count(*) FROM ship_notice notice
        WHERE notice.state = 'sent' AND NOT EXISTS (
            SELECT FROM invoice
            WHERE invoice.notice_id = notice.notice_id OR invoice.notice_id IS NULL AND invoice.order_id IN (
                SELECT item.order_id FROM notice_item item WHERE item.notice_id = notice.notice_id)))
     + (SELECT count(*) FROM invoice
        WHERE invoice.state IN ('waiting', 'agreed') AND NOT EXISTS (
            SELECT FROM exception_entry entry
            WHERE entry.relationship = invoice.relationship AND entry.subject = 'invoice ' || invoice.invoice_id
              AND entry.state <> 'resolved'));
