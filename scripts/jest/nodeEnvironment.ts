import type { EnvironmentContext, JestEnvironmentConfig } from '@jest/environment';
import { TestEnvironment } from 'jest-environment-node';
import { expectClosed, openHandles, type OpenHandles } from './openHandles';
import { rememberState } from './rememberState';

/** The environment of all tests but those of pages: fails a test file that leaves something open. */
class NodeEnvironment extends TestEnvironment {
  private putBack!: () => void;
  private before!: OpenHandles;
  private hasFailed!: boolean;

  /** Before each test file. */
  begin(): this {
    this.putBack = rememberState(this);
    this.before = openHandles();
    this.hasFailed = false;
    return this;
  }

  /** Called by jest with each thing that happens to a test. */
  handleTestEvent({ name, test }: { readonly name: string; readonly test?: { readonly errors: unknown[] } }): void {
    this.hasFailed ||= name === 'test_done' && test!.errors.length > 0;
  }

  /** After each test file; the environment is kept for the next. */
  override async teardown(): Promise<void> {
    this.putBack();
    // A test that fails often closes nothing, and this error would hide why it did.
    if (!this.hasFailed) {
      await expectClosed(this.before);
    }
  }
}

let kept: NodeEnvironment | undefined;

/** The one environment of this process, which keeps the packages that tests have loaded. Called by jest with `new`. */
export default function environment(config: JestEnvironmentConfig, context: EnvironmentContext): NodeEnvironment {
  kept ??= new NodeEnvironment(config, context);
  return kept.begin();
}
