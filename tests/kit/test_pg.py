async def test_smoke(db):
    async with db.begin() as tx:
        await tx.conn.execute("insert into workspaces(id,name) values('w','n')")
        tx.enqueue("x", {"a": 1})
    async with db.read() as c:
        print(await c.fetch("select entrypoint, payload from pgqueuer"))
