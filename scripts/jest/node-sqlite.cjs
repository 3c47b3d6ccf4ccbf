module.exports = process.getBuiltinModule('node:sqlite');
