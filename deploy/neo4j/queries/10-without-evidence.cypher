// Facts without evidence (must be empty)
MATCH (f) WHERE (f:Entity OR f:Event OR f:KBRecord) AND (f.evidence_ids IS NULL OR size(f.evidence_ids) = 0) RETURN f LIMIT 50
