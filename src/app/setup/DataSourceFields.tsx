import React, { useEffect } from 'react';
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { Checkbox, Field, Input } from '@grafana/ui';

import { useHealthDetails } from '../api/useHealth';
import { dataSourceForm, type DataSourceForm, type StoredDataSource } from './installer/dataSource';

/** Id of the form, for a button outside of it. */
export const DATA_SOURCE_FORM = 'flowscope-data-source';

interface Props {
  there: StoredDataSource | undefined;
  onSubmit: (form: DataSourceForm) => void;
}

/** Form for the data source that reads from InfluxDB. */
export function DataSourceFields({ there, onSubmit }: Props) {
  // Suggests the InfluxDB that the sidecar writes to.
  const { data: details } = useHealthDetails();
  const { register, handleSubmit, setValue, getFieldState, formState } = useForm<DataSourceForm>({
    resolver: zodResolver(dataSourceForm),
    defaultValues: {
      url: there?.url ?? '',
      database: there?.jsonData?.dbName ?? 'flowscope',
      user: there?.user ?? '',
      password: '',
      makesUser: false,
    },
  });
  const { errors } = formState;
  const guess = details?.storeUrl;
  useEffect(() => {
    if (guess !== undefined && there === undefined && !getFieldState('url').isDirty) {
      setValue('url', guess);
    }
  }, [guess, there, getFieldState, setValue]);

  return (
    <form id={DATA_SOURCE_FORM} onSubmit={(event) => void handleSubmit(onSubmit)(event)} noValidate>
      <Field
        label="InfluxDB URL"
        description="As seen from the Grafana server"
        invalid={!!errors.url}
        error={errors.url?.message}
      >
        <Input id="data-source-url" placeholder="http://127.0.0.1:8086" {...register('url')} />
      </Field>
      <Field
        label="Database"
        description="FLOWSCOPE_INFLUX_DATABASE of the sidecar"
        invalid={!!errors.database}
        error={errors.database?.message}
      >
        <Input id="data-source-database" {...register('database')} />
      </Field>
      <Field
        label="User"
        description="One that may only read: any viewer can send any query through a data source"
        invalid={!!errors.user}
        error={errors.user?.message}
      >
        <Input id="data-source-user" autoComplete="off" {...register('user')} />
      </Field>
      <Field
        label="Password"
        description={there && 'Leave it empty to keep the stored one'}
        invalid={!!errors.password}
        error={errors.password?.message}
      >
        <Input id="data-source-password" type="password" autoComplete="new-password" {...register('password')} />
      </Field>
      <Field>
        <Checkbox
          label="Make this user"
          description="In the sidecar’s InfluxDB, to read its database. One of that name gets this password, and can no longer write there."
          {...register('makesUser')}
        />
      </Field>
    </form>
  );
}
