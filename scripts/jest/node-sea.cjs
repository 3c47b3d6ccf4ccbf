module.exports = process.getBuiltinModule('node:sea');
