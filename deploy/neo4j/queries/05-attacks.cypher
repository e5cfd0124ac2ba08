// Attacks: attacker, target, place, time
MATCH (e:Attack)
OPTIONAL MATCH (e)-[:ATTACKER]->(attacker:Entity)
OPTIONAL MATCH (e)-[:TARGET]->(target:Entity)
OPTIONAL MATCH (e)-[:PLACE]->(place:Entity)
RETURN e.name AS words, attacker.name AS attacker, target.name AS target, place.name AS place, e.earliest AS earliest, e.latest AS latest LIMIT 50
