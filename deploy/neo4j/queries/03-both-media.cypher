// Entities named in the text and seen in a picture
MATCH (t:TextMention)-[a:REFERS_TO]->(x:Entity)<-[b:REFERS_TO]-(r:Region) RETURN t, a, x, b, r LIMIT 50
