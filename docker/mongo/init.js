// Run once by mongosh as root: makes the replica set and, per service, a user that may use its own database only.
// Running it again changes nothing but the passwords, which are those of users.json.

const users = JSON.parse(fs.readFileSync("/run/secrets/mongo/users.json", "utf8"));

try {
  rs.status();
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  rs.initiate({ _id: "tongbao", members: [{ _id: 0, host: "mongo:27017" }] });
}

const deadline = Date.now() + 60000;
while (!db.hello().isWritablePrimary) {
  if (Date.now() > deadline) throw new Error("no primary after 60 s");
  sleep(500);
}

for (const { name, password } of users) {
  const own = db.getSiblingDB(name);
  const roles = [{ role: "readWrite", db: name }];
  if (own.getUser(name)) {
    own.updateUser(name, { pwd: password, roles });
  } else {
    own.createUser({ user: name, pwd: password, roles });
  }
  print(`user ${name} may use the database ${name}`);
}
