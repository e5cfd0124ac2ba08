// Entities linked to a knowledge base
MATCH (x:Entity)-[s:SAME_AS]->(k:KBRecord) RETURN x, s, k LIMIT 50
