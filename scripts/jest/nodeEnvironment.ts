import { TestEnvironment } from 'jest-environment-node';
import { expectClosed, openHandles } from './openHandles';

/** The environment of all tests but those of pages: fails a test file that leaves something open. */
export default class NodeEnvironment extends TestEnvironment {
  private readonly before = openHandles();

  override async teardown(): Promise<void> {
    await super.teardown();
    await expectClosed(this.before);
  }
}
