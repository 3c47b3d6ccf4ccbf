import { useEffect, useRef, useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';

import type { Job } from '../../../contract/jobs';
import { fieldEntries, SOURCE_FIELDS } from '../../../contract/sourceFields';
import { sourceInput, type SourceView } from '../../../contract/sources';
import { toFailure } from '../../api/failure';
import { sidecar } from '../../api/sidecar';
import { useInvalidate } from '../../api/useChange';
import { useJob, type RunningJob } from '../../api/useJob';
import { refuseField } from '../../components/forms';
import { toastSuccess } from '../../components/toasts';
import { keepLastPass, readLastPass } from './lastPass';
import { useSwitchSource, useTakeSource } from './Sources.hooks';
import { FIELDS, NAME_TAKEN, sourceResolver, sourceValues, toSourceInput, type SourceValues } from './sourceForm';
import type { CheckProgress, SourceProgress } from './steps';

/** `isToBeEnabled`: it is enabled next, so that saving it is no news. */
interface Saving {
  readonly values: SourceValues;
  readonly isToBeEnabled: boolean;
}

interface Options {
  /** The source as it was when the form was opened; none is there when one is added. */
  opened?: SourceView;
  /** The names of the other sources. */
  taken: readonly string[];
  /** Is told of the source that was added. */
  onAdded: (added: SourceView) => void;
}

/** All that happens to a source on its page: the form, its saving, Test, Preview, enabling. */
export function useSourceEditor({ opened, taken, onAdded }: Options) {
  // The source from which the form was filled, and whose version a change is meant for.
  const [stored, setStored] = useState(opened);
  const take = useTakeSource();
  const reload = useInvalidate('sources');
  const form = useForm<SourceValues>({
    mode: 'onTouched',
    defaultValues: sourceValues(opened),
    resolver: sourceResolver(stored, taken),
  });
  const { getValues, handleSubmit, reset, setError, watch } = form;
  // Read, so that the form keeps track of it.
  const { isDirty, dirtyFields } = form.formState;

  const revision = useRevision(watch, sourceValues(opened));
  const [last] = useState(() => opened && readLastPass(opened, Date.now()));
  const draft = () => ({ id: stored?.id, source: toSourceInput(getValues()) });
  const test = useCheck(
    useJob('test', () => sidecar.drafts.test(draft())),
    revision,
    last?.test
  );
  const preview = useCheck(
    useJob('preview', () => sidecar.drafts.preview(draft())),
    revision,
    last?.preview
  );

  const saving = useMutation({
    mutationFn: ({ values }: Saving) =>
      stored
        ? sidecar.sources.change(stored.id, stored.version, toSourceInput(values))
        : sidecar.sources.add(toSourceInput(values)),
    onSuccess: (saved, { isToBeEnabled }) => {
      reset(sourceValues(saved));
      setStored(saved);
      take(saved);
      if (!isToBeEnabled) {
        toastSuccess(`${saved.name} is saved.${saved.enabled ? '' : ' It is disabled: nothing is collected yet.'}`);
      }
      if (!stored) {
        onAdded(saved);
      }
    },
    onError: (error) => {
      const failure = toFailure(error);
      const isName = failure.code === 'taken' && failure.field === 'name';
      refuseField(isName ? { ...failure, reason: NAME_TAKEN } : failure, setError, FIELDS);
      if (failure.code === 'stale') {
        void reload();
      }
    },
  });
  const switching = useSwitchSource();
  const turn = (enabled: boolean, source = stored!) =>
    switching.mutate(
      { source, enabled },
      {
        onSuccess: (changed) => {
          setStored(changed);
          toastSuccess(
            enabled
              ? `${changed.name} is enabled: its objects are collected now.`
              : `${changed.name} is disabled: nothing is collected or deleted until it is enabled.`
          );
        },
        onError: () => void reload(),
      }
    );

  /** Takes what somebody else saved meanwhile; what was typed here stays. */
  const merge = (latest: SourceView) => {
    setStored(latest);
    reset(sourceValues(latest), { keepDirtyValues: true });
    saving.reset();
    switching.reset();
  };

  const found = test.job?.progress.find(({ id }) => id === 'objects');
  const progress: SourceProgress = {
    isSaved: stored !== undefined && !isDirty,
    test: test.progress,
    preview: preview.progress,
    isEmpty: test.job ? found?.isEmpty === true : last?.isEmpty === true,
    isEnabled: stored?.enabled === true,
  };
  useKeptPass(stored, progress, test.job || preview.job ? undefined : last?.at);
  const saved = async (values: SourceValues, isToBeEnabled = false) =>
    saving.mutateAsync({ values, isToBeEnabled }).catch(() => undefined);
  return {
    ...{ form, stored, isDirty, dirtyFields, progress, saving, switching, merge },
    /** When what was read of an earlier visit had passed, Unix milliseconds. */
    lastPassAt: last?.at,
    save: handleSubmit(async (values) => void (await saved(values))),
    /** Saves what is not saved, then enables it. */
    enable: handleSubmit(async (values) => {
      const source = progress.isSaved ? stored : await saved(values, true);
      if (source) {
        turn(true, source);
      }
    }),
    disable: () => turn(false),
    test: { ...test, start: handleSubmit(test.start) },
    preview: { ...preview, start: handleSubmit(preview.start) },
  };
}
export type SourceEditorState = ReturnType<typeof useSourceEditor>;

type Watch = ReturnType<typeof useForm<SourceValues>>['watch'];

/** Keeps what has passed of a source as it is saved. `at`: when, unless it was just now. */
function useKeptPass(stored: SourceView | undefined, progress: SourceProgress, at: number | undefined) {
  const { isSaved, isEmpty } = progress;
  const test = progress.test === 'passed' || progress.test === 'flawed' ? progress.test : 'none';
  const preview = progress.preview === 'passed' ? 'passed' : 'none';
  const { id, version } = stored ?? {};
  useEffect(() => {
    if (id !== undefined && version !== undefined && isSaved && (test !== 'none' || preview !== 'none')) {
      keepLastPass(id, { version, test, preview, isEmpty, at: at ?? Date.now() });
    }
  }, [id, version, isSaved, test, preview, isEmpty, at]);
}

/** A number that grows with each change that affects a Test or a Preview: as it was when this was rendered, and as it is now. */
interface Revision {
  readonly rendered: number;
  readonly now: () => number;
}

function useRevision(watch: Watch, opened: SourceValues): Revision {
  const [revision, setRevision] = useState(0);
  const latest = useRef(0);
  const last = useRef(lookedAt(opened));
  useEffect(() => {
    const { unsubscribe } = watch((values) => {
      const now = lookedAt(values as SourceValues, last.current.secret);
      if (now.rest !== last.current.rest || now.secret !== last.current.secret) {
        last.current = now;
        setRevision(++latest.current);
      }
    });
    return unsubscribe;
  }, [watch]);
  return { rendered: revision, now: () => latest.current };
}

/**
 * The values that affect a Test, as the sidecar understands them. Saving empties the field of the secret, which is `known` then:
 * that is no change.
 */
function lookedAt(values: SourceValues, known?: string) {
  const input = toSourceInput(values);
  const { secretAccessKey, ...settings } = sourceInput.safeParse(input).data ?? input;
  const tested = Object.entries(settings).filter(([name]) => !IGNORED_BY_TEST.includes(name));
  return { rest: JSON.stringify(Object.fromEntries(tested)), secret: secretAccessKey ?? known };
}

/** The settings that do not affect a Test or a Preview. */
const IGNORED_BY_TEST: readonly string[] = fieldEntries(SOURCE_FIELDS)
  .filter(([, field]) => field.isIgnoredByTest)
  .map(([name]) => name);

/** A job about the values of the form, and whether these have changed since. `last`: how an earlier one ended. */
function useCheck<K extends 'test' | 'preview'>(work: RunningJob<K>, revision: Revision, last: CheckProgress = 'none') {
  const [of, setOf] = useState<number>();
  const start = () => {
    setOf(revision.now());
    return work.start();
  };
  const progress: CheckProgress = work.isRunning
    ? 'running'
    : of === undefined && (last === 'none' || revision.rendered === 0)
      ? last
      : of !== revision.rendered
        ? 'outdated'
        : work.error === null
          ? outcomeOf(work.job as Job | undefined)
          : 'failed';
  return { ...work, start, progress };
}

function outcomeOf(job: Job | undefined): CheckProgress {
  if (job?.state !== 'done') {
    return 'failed';
  }
  if (job.kind !== 'test' || job.result?.passed === true) {
    return 'passed';
  }
  return job.progress.every(({ id, state }) => state !== 'fail' || id === 'format') ? 'flawed' : 'failed';
}
