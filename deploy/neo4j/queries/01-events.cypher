// Events and who took part
MATCH (e:Event)-[role]->(x:Entity) RETURN e, role, x LIMIT 50
