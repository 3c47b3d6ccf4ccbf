module.exports = process.getBuiltinModule('node:test');
