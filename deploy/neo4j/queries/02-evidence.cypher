// The words and boxes behind each event
MATCH (m:Mention)-[r:REFERS_TO]->(e:Event) MATCH (m)-[i:IN]->(source) RETURN m, r, e, i, source LIMIT 50
