-- name: counts
SELECT o.state, count(*) AS orders,
       count(*) FILTER (WHERE o.answer_wanted AND NOT o.is_adopted) AS unanswered
FROM purchase_order o
WHERE o.relationship = :relationship AND (o.answer_wanted OR o.answered_at > :since)
GROUP BY o.state ORDER BY o.state;

-- name: stalled_orders
-- Orders that want an answer or whose sales are not finished, that no run has in work, with neither a next attempt to come
-- nor an open exception, of their own or of all that the inventory system holds up.
SELECT o.purchase_order_number AS name
FROM purchase_order o
WHERE o.relationship = :relationship AND NOT o.is_adopted AND o.next_attempt_at < :overdue
  AND (o.claimed_until IS NULL OR o.claimed_until < clock_timestamp())
  AND (o.answer_wanted OR EXISTS (
      SELECT FROM sale WHERE sale.order_id = o.order_id AND NOT sale.is_adopted
        AND (sale.state IN ('planned', 'created', 'outdated') OR sale.header_outdated)))
  AND NOT EXISTS (
      SELECT FROM exception_entry e
      WHERE e.relationship = o.relationship AND e.state <> 'resolved'
        AND (e.purchase_order_number = o.purchase_order_number OR e.kind = ANY(:of_all)))
ORDER BY o.acknowledge_by;

-- name: stalled_documents
-- Documents that came and that no process has taken up, and files that were to be published, long after their time.
SELECT 'the ' || d.transaction_set || ' of document ' || d.document_id AS name
FROM document d
WHERE d.relationship = :relationship AND d.direction = 'in' AND d.taken_up_at IS NULL AND d.state <> 'rejected'
  AND d.transaction_set = ANY(:transaction_sets) AND d.recorded_at < :overdue
  AND NOT EXISTS (SELECT FROM exception_entry e WHERE e.document_id = d.document_id AND e.state <> 'resolved')
UNION ALL
SELECT outbox.file_name
FROM outbox
WHERE outbox.relationship = :relationship AND outbox.state = 'pending' AND outbox.next_attempt_at < :overdue
  AND NOT EXISTS (SELECT FROM exception_entry e
                  WHERE e.relationship = outbox.relationship AND e.subject = 'file ' || outbox.file_name
                    AND e.state <> 'resolved');
