import { addressText } from './address';
import { AddressTable } from './addressTable';

describe('the code of an address', () => {
  const table = new AddressTable();
  const read = (text: string) => {
    const code = table.read(Buffer.from(text), 0, text.length);
    return code === undefined ? undefined : addressText(code, table);
  };

  it.each(['', ' ', '10.0.0', '10.0.0.', '10.0.0.1.', ':', '1::2::3', '10.0.0.256'])(
    'is none of %j, whatever was read before',
    (text) => {
      expect(read('10.0.0.1')).toBe('10.0.0.1');
      expect(read(text)).toBeUndefined();
    }
  );
});
