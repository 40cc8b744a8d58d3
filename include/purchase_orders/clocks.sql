-- name: open_orders
-- Orders that Amazon still waits for, as subjects of a clock.
SELECT o.order_id AS subject_id, o.relationship, o.purchase_order_number AS label, o.purchase_order_number,
       o.clock_started_at AS started_at, o.acknowledge_by AS due_at, o.currency, o.last_fault,
       round(coalesce((SELECT sum(l.quantity * coalesce(l.sku_units * l.sku_price, l.unit_price))
                       FROM purchase_order_line l WHERE l.order_id = o.order_id), 0), 2) AS money
FROM purchase_order o
WHERE o.answer_wanted AND NOT o.is_adopted AND o.state <> 'quarantined'
  AND (:subject_id::bigint IS NULL OR o.order_id = :subject_id)
  AND (:relationship::text IS NULL OR o.relationship = :relationship)
ORDER BY o.acknowledge_by, o.order_id
LIMIT :limit;

-- name: open_documents
-- Documents sent that no 997 has answered, as subjects of a clock.
SELECT d.document_id AS subject_id, d.relationship, d.transaction_set || ' ' || i.control_number AS label,
       d.purchase_order_number, d.recorded_at AS started_at, d.acknowledgement_due_at AS due_at,
       NULL AS currency, NULL AS last_fault, 0 AS money
FROM document d
JOIN interchange i USING (interchange_id)
WHERE d.direction = 'out' AND d.acknowledged_at IS NULL AND d.acknowledgement_due_at IS NOT NULL
  AND d.state = 'published'
  AND (:subject_id::bigint IS NULL OR d.document_id = :subject_id)
  AND (:relationship::text IS NULL OR d.relationship = :relationship)
ORDER BY d.acknowledgement_due_at, d.document_id
LIMIT :limit;

-- name: claim_watch^
-- Stand on this clock if no live run does. A watch `until` the very close has been stood to its end.
INSERT INTO watch (kind, subject_id, run_id, until) VALUES (:kind, :subject_id, :run_id, :until)
ON CONFLICT (kind, subject_id) DO UPDATE SET run_id = excluded.run_id, until = excluded.until
WHERE watch.until < :now AND watch.until <> :due_at OR watch.run_id = excluded.run_id
RETURNING subject_id;

-- name: extend_watch!
UPDATE watch SET until = :until WHERE kind = :kind AND subject_id = :subject_id;

-- name: end_watch!
DELETE FROM watch WHERE kind = :kind AND subject_id = :subject_id;

-- name: forget_escalations!
DELETE FROM escalation WHERE kind = :kind AND subject_id = :subject_id;

-- name: escalate_once^
-- The first to reach a share escalates; nobody does it again on the same clock (a change of the order starts another).
INSERT INTO escalation (kind, subject_id, share, escalated_at) VALUES (:kind, :subject_id, :share, :now)
ON CONFLICT (kind, subject_id, share) DO UPDATE SET escalated_at = excluded.escalated_at
WHERE escalation.escalated_at < :started_at
RETURNING share;
