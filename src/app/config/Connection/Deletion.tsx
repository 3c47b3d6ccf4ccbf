import React, { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, ConfirmModal, Field, FieldSet, Input, LoadingPlaceholder, Text } from '@grafana/ui';

import { isOfConnection } from '../../api/failure';
import { sidecar } from '../../api/sidecar';
import { Failure } from '../../components/Failure';
import { Ago } from '../../components/Times';

const REASON_LENGTH = 200;

/** A release, or a hold with the reason for it. */
type HoldChange = 'release' | { readonly reason?: string };

/** Stops all deletion of objects at once, and releases it again. */
export function Deletion() {
  const { data, error, refetch } = useQuery({ queryKey: ['hold'], queryFn: ({ signal }) => sidecar.hold.get(signal) });
  const [isAsking, setIsAsking] = useState(false);
  const change = useHoldChange();
  if (!data) {
    // The status above says it already.
    return error && isOfConnection(error) ? null : (
      <FieldSet label="Deletion">
        {error ? (
          <Failure title="Whether deletion is on hold cannot be read" error={error} onRetry={() => void refetch()} />
        ) : (
          <LoadingPlaceholder text="Asking the sidecar" />
        )}
      </FieldSet>
    );
  }
  const { hold } = data;
  const close = () => setIsAsking(false);
  const confirm = (what: HoldChange) => {
    close();
    change.mutate(what);
  };
  return (
    <FieldSet label="Deletion">
      {hold ? (
        <Alert severity="warning" title="Deletion is on hold">
          <p>
            {hold.actor} stopped it <Ago at={hold.since} />
            {hold.reason !== undefined && `: ${hold.reason}`}. Flow logs are collected as always; their objects wait in
            the buckets as stored.
          </p>
          <Button variant="secondary" disabled={change.isPending} onClick={() => setIsAsking(true)}>
            Release
          </Button>
        </Alert>
      ) : (
        <>
          <Text element="p" color="secondary">
            Objects are deleted from their buckets once they are stored. In doubt, stop that for all sources at once:
            collecting goes on, and nothing is lost.
          </Text>
          <Button variant="destructive" fill="outline" disabled={change.isPending} onClick={() => setIsAsking(true)}>
            Stop all deletion
          </Button>
        </>
      )}
      {change.error && (
        <Failure
          title={hold ? 'Deletion was not released' : 'Deletion was not stopped'}
          error={change.error}
          onRetry={() => setIsAsking(true)}
        />
      )}
      {isAsking &&
        (hold ? (
          <ConfirmModal
            isOpen
            title="Release deletion?"
            body="With the next scan, all objects that are stored meanwhile are deleted from their buckets."
            confirmText="Release"
            onConfirm={() => confirm('release')}
            onDismiss={close}
          />
        ) : (
          <StopModal onStop={(reason) => confirm({ reason })} onDismiss={close} />
        ))}
    </FieldSet>
  );
}

function StopModal({ onStop, onDismiss }: { onStop: (reason?: string) => void; onDismiss: () => void }) {
  const [reason, setReason] = useState('');
  return (
    <ConfirmModal
      isOpen
      title="Stop all deletion?"
      body="Nothing is deleted from any bucket until somebody releases it, whatever restarts meanwhile. A request that S3 has already is finished."
      description={
        <Field label="Reason" description="Everybody who opens Flowscope reads it. May be empty.">
          <Input
            id="hold-reason"
            value={reason}
            maxLength={REASON_LENGTH}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </Field>
      }
      confirmText="Stop all deletion"
      onConfirm={() => onStop(reason.trim() || undefined)}
      onDismiss={onDismiss}
    />
  );
}

function useHoldChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (what: HoldChange) => (what === 'release' ? sidecar.hold.release() : sidecar.hold.set(what)),
    onSettled: () =>
      Promise.all(
        ['hold', 'collection', 'audit'].map((resource) => queries.invalidateQueries({ queryKey: [resource] }))
      ),
  });
}
