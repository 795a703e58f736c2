exports.run = async () => {
  throw new Error('thrown on purpose');
};
