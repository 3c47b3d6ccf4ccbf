import { InfluxAdmin } from './admin';
import { InfluxError, isFailure, type InfluxSettings } from './influx';

/** A user for Grafana to be made, as `influxUserInput` of the contract allows it. */
export interface ReaderToMake {
  readonly name: string;
  readonly password: string;
}

/** What was done about a user that may read, in sentences for administrators; no secrets. */
export interface MadeReader {
  /** False when it was there: its password is another one now. */
  readonly isNew: boolean;
  readonly message: string;
  /** What still lets others do more than read. */
  readonly warnings: string[];
}

/**
 * Makes a user that may read the database of the settings, for Grafana. One that is there gets the password, and may no longer
 * write there. May be repeated after a failure. Throws {@link InfluxError}: `unauthorized` when the settings' own user may make
 * none, `missing` without the database, `refused` for a name that is not to be had.
 */
export async function makeReader(settings: InfluxSettings, { name, password }: ReaderToMake): Promise<MadeReader> {
  const { url, database } = settings;
  const admin = new InfluxAdmin(settings);
  const users = await admin.users().catch((error: unknown) => {
    throw withAdvice(error, database, name);
  });
  if (!(await admin.databases()).includes(database)) {
    throw new InfluxError('missing', `InfluxDB at ${url} has no database ${database} yet: flowscope serve creates it.`);
  }
  const known = users.find(({ user }) => user === name);
  if (name === settings.username) {
    throw refused(`"${name}" is the user that Flowscope itself signs in as: choose another name.`);
  }
  if (known?.admin) {
    throw refused(
      `User "${name}" of InfluxDB is an administrator, who may do everything: choose another name, or take that away first: ` +
        `REVOKE ALL PRIVILEGES FROM "${name}".`
    );
  }
  const isOpen = await asksNobody(settings);
  const before = known ? await admin.grants(name) : [];
  const elsewhere = before.filter((grant) => grant.database !== database && grant.privilege !== NOTHING);
  if (elsewhere.length > 0) {
    throw refused(
      `User "${name}" of InfluxDB has rights on other databases (${elsewhere.map((grant) => grant.database).join(', ')}), so it ` +
        `belongs to something else, which its new password would lock out: choose another name.`
    );
  }
  if (known) {
    // First: with the password alone, what fails here would leave it more than it may have.
    await admin.grantRead(name);
    await admin.setPassword(name, password);
  } else {
    await admin.createUser(name, password);
    await admin.grantRead(name);
  }
  const former = before.find((grant) => grant.database === database)?.privilege;
  return {
    isNew: known === undefined,
    message: known
      ? `User "${name}" of InfluxDB was there already: it has this password now, and may read the database ${database}.` +
        (former !== undefined && former !== 'READ' && former !== NOTHING ? ` It had ${former} there until now.` : '')
      : `Made the user "${name}" of InfluxDB: it may read the database ${database}, and nothing else.`,
    warnings: isOpen
      ? [
          openStore(
            url,
            users.some((user) => user.admin)
          ),
        ]
      : [],
  };
}

/** The privilege that InfluxDB shows once one was taken away. */
const NOTHING = 'NO PRIVILEGES';

const refused = (message: string) => new InfluxError('refused', message);

/** Whether InfluxDB answers those who do not sign in. */
async function asksNobody({ url, database }: InfluxSettings): Promise<boolean> {
  try {
    await new InfluxAdmin({ url, database }).databases();
    return true;
  } catch (error) {
    if (isFailure(error, 'unauthorized')) {
      return false;
    }
    throw error;
  }
}

function withAdvice(error: unknown, database: string, name: string): unknown {
  if (!isFailure(error, 'unauthorized')) {
    return error;
  }
  return new InfluxError(
    'unauthorized',
    `${error.message.replace(/\.?$/, '.')} Making users takes an administrator of InfluxDB (WITH ALL PRIVILEGES): give Flowscope such a user in ` +
      `FLOWSCOPE_INFLUX_USERNAME and …_PASSWORD, or make this one by hand as an administrator: ` +
      `CREATE USER "${name}" WITH PASSWORD '…'; GRANT READ ON "${database}" TO "${name}"`,
    { cause: error }
  );
}

function openStore(url: string, hasAdmin: boolean): string {
  const first = hasAdmin
    ? ''
    : ` First make an administrator: CREATE USER "admin" WITH PASSWORD '…' WITH ALL PRIVILEGES.`;
  return (
    `InfluxDB at ${url} asks nobody for a password: whoever reaches it may do everything, Grafana's viewers too.${first} ` +
    'Set auth-enabled = true in section [http] of influxdb.conf, restart InfluxDB, and give Flowscope an administrator in ' +
    'FLOWSCOPE_INFLUX_USERNAME and …_PASSWORD.'
  );
}
