import { TestEnvironment } from 'jest-environment-node';
import { expectClosed, openHandles } from './openHandles';

/** The environment of all tests but those of pages: fails a test file that leaves something open. */
export default class NodeEnvironment extends TestEnvironment {
  private readonly before = openHandles();

  private hasFailed = false;

  /** Called by jest with each thing that happens to a test. */
  handleTestEvent({ name, test }: { readonly name: string; readonly test?: { readonly errors: unknown[] } }): void {
    this.hasFailed ||= name === 'test_done' && test!.errors.length > 0;
  }

  override async teardown(): Promise<void> {
    await super.teardown();
    // A test that fails often closes nothing, and this error would hide why it did.
    if (!this.hasFailed) {
      await expectClosed(this.before);
    }
  }
}
