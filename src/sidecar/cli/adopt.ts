import { Command } from 'commander';
import { createInfluxClient } from '../store/influx';
import { setStoreOwner, storeOwner } from '../store/schema';
import { now, prepareStore, withRegistry } from './context';
import { registryToFill } from './dataDirectory';
import { print } from './output';

/** `flowscope adopt`: for a store whose registry was lost. */
export function adoptCommand(): Command {
  return new Command('adopt')
    .description('make this registry the one that fills the store, when the former one is lost for good')
    .action(async () => {
      const client = createInfluxClient(process.env);
      await prepareStore(client);
      const isOurs = await withRegistry(async (registry) => {
        const id = await registry.registryId();
        if ((await storeOwner(client)) === id) {
          return true;
        }
        await registry.moveOffsets(now());
        await setStoreOwner(client, id);
        return false;
      }, registryToFill());
      if (isOurs) {
        print('This registry fills the store already: nothing was changed.');
        return;
      }
      print('This registry fills the store from now on. What the former one had collected, it would count again.');
    });
}
